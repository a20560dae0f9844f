"""The command line: parses arguments, prints, and is the one place that catches errors."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from redline import __version__
from redline.cli import corpus, look, model, raters, release


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="redline", description="Annotated conflict news: validate, convert, score, train, label.")
    top.add_argument("--version", action="version", version=f"redline {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (look, corpus, raters, model, release):
        module.add_commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives 0 when all is fine, 1 for findings, 2 for wrong use or unusable input."""
    from redline.core.errors import RedlineError

    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(options.run(options))
    except RedlineError as error:
        print(f"redline: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader went away (`redline ... | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(
            f"redline: {error.filename or 'a file'}: {(error.strerror or str(error)).lower()}; needed: a file system that works",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("redline: interrupted; files that were finished stay", file=sys.stderr)
        return 130
