"""Numbers about documents: scores, intervals, agreement and splits."""
