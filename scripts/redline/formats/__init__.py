"""Functions between files and documents. Each format says in `LOSES` what it cannot hold."""
