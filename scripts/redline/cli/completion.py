"""Completion of commands, options and their values by the shell."""

import argparse
from collections.abc import Callable
from typing import Any

SHELLS = ("bash", "zsh", "fish")


def add_command(commands: "argparse._SubParsersAction[Any]", parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Adds the command of this module; `parser` returns the parser of the commands that are completed."""
    sub = commands.add_parser("completion", help="prints a completion script for the shell")
    sub.add_argument("shell", choices=SHELLS, help='the shell; for bash, add eval "$(redline completion bash)" to ~/.bashrc')
    sub.set_defaults(run=lambda options: _completion(options, parser()))


def _completion(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    import shtab

    print(shtab.complete(parser, options.shell))
    return 0
