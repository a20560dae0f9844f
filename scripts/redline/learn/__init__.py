"""Baselines: models that find spans or classify units, all behind one protocol."""
