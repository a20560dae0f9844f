"""The release: a dataset that loads, explains itself and can be checked."""
