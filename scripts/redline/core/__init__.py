"""The values everything else speaks of: documents, labels, diagnostics, offsets and tokens."""
