"""Processes over many files: taking texts and labels in, training, labelling, generated pages."""
