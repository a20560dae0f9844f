"""The values that all other packages use: documents, labels, diagnostics, offsets and tokens."""
