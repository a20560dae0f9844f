"""Redline: an annotated corpus of conflict news, with its validator, scorer and baselines."""

__version__ = "0.1.0"
