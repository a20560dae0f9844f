"""The one exception that ends a command."""


class RedlineError(Exception):
    """A bad world or wrong use: one line that says what is so and what was needed; the command exits 2."""
