"""The only exception that ends a command."""


class RedlineError(Exception):
    """Bad input or wrong use: one line with the problem and the need. The command exits 2."""
