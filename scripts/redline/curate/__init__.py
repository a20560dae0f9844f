"""Processes on the files of a corpus: texts and labels in, checking, comparing, adjudicating, splitting."""
