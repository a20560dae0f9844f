"""Scores and agreement: counts per document, their sums, and intervals."""
