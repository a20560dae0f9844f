"""The command line: parses arguments, prints, and makes an error one line and an exit code."""

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from redline import __version__
from redline.cli import (
    adjudicate,
    annotate,
    chores,
    completion,
    conversions,
    corpus,
    correct,
    duplicates,
    groups,
    human_check,
    labelling,
    look,
    model,
    probing,
    raters,
    release,
    sentences,
    texts,
    training,
    variation,
)

PATHS = ("before", "after", "files", "values")
"""Arguments that are texts and may name a file; its name may have any bytes."""


class Parser(argparse.ArgumentParser):
    """The parser of redline itself; its help lists the commands in groups."""

    def format_help(self) -> str:
        """The usage, the commands in groups, and the options."""
        head = f"usage: {self.prog} COMMAND ...\n\n{self.description}\n"
        tail = [
            "",
            "Options: --version prints the version; `redline COMMAND --help` prints the options of a command and an example.",
            "Exit code 0 means success, 1 problems found, 2 wrong use or unusable input.",
        ]
        return "\n".join([head, *list(groups.listed(summaries(self)))[1:], *tail]) + "\n"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    about = "Redline: an annotated corpus of conflict news and political speech, and tools to use and check it."
    top = Parser(prog="redline", description=about)
    top.add_argument("--version", action="version", version=f"redline {__version__}", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=argparse.ArgumentParser)
    parts = (
        look, corpus, conversions, raters, adjudicate, correct, annotate, chores, model, training, labelling, probing, release, texts,
        sentences, human_check, variation, duplicates,
    )  # fmt: skip
    for module in parts:
        module.add_commands(commands)
    completion.add_command(commands, parser)
    top.set_defaults(about=summaries(top))
    groups.described(commands.choices, summaries(top))
    return top


def summaries(top: argparse.ArgumentParser) -> dict[str, str]:
    """Command -> what it does."""
    return {action.dest: action.help or "" for action in _commands(top)._get_subactions()}


def _commands(top: argparse.ArgumentParser) -> "argparse._SubParsersAction[Any]":
    return next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line; a wrong one ends the program with the usage of its command and the name that was probably meant."""
    top = parser()
    commands = _commands(top).choices
    name = next(iter(arguments), "")
    if name and not name.startswith("-") and name not in commands:
        from redline.core.suggest import similar

        close = " or ".join(f"`{match}`" for match in similar(name, commands, 2))
        top.exit(2, f"redline: there is no command `{name}`; {f'use {close}' if close else '`redline --help` lists them'}\n")
    options, unknown = top.parse_known_args(arguments)
    if unknown:
        _refuse(commands[options.command], unknown)
    return options


def _refuse(command: argparse.ArgumentParser, unknown: list[str]) -> None:
    from redline.core.suggest import closest

    names = [name for action in command._actions for name in action.option_strings if name.startswith("--")]
    close = closest(unknown[0].partition("=")[0], names) if unknown[0].startswith("--") else None
    command.error(f"unknown argument{'s' * (len(unknown) > 1)}: {' '.join(unknown)}" + (f"; use `{close}`" if close else ""))


def _texts(value: object) -> Iterator[str]:
    """The texts of an argument, which may be a list of texts or of lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _refuse_not_utf8(options: argparse.Namespace) -> None:
    """Raises RedlineError for a text that cannot be written."""
    from redline.core.errors import RedlineError

    for text in _texts([value for name, value in vars(options).items() if name not in PATHS]):
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise RedlineError(f"`{text}` is not UTF-8; needed: an argument in UTF-8")


def _left_out() -> str:
    """What a command had to leave out of the corpus; nothing where it read no corpus."""
    texts = sys.modules.get("redline.project.texts")
    return texts.note() if texts else ""


def _line(error: Exception) -> str:
    """What is wrong, and what is needed."""
    if isinstance(error, MemoryError):
        return "the memory is not enough; needed: a smaller input, or more memory"
    if isinstance(error, RecursionError):
        return "the input is nested too deeply; needed: JSON with fewer levels"
    if isinstance(error, UnicodeEncodeError):
        return f"a name or text contains `{error.object[error.start]}`, which is not UTF-8; needed: UTF-8"
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {(error.strerror or str(error)).lower()}"
    return str(error)


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives 0 when all is fine, 1 for findings, 2 for wrong use or unusable input."""
    from redline.core.errors import RedlineError

    # A stream that the caller closed (`>&-`) would give its number to the next file that is opened.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    _left_out()
    try:
        _refuse_not_utf8(options)
        code = int(options.run(options))
        sys.stdout.flush()
        if line := _left_out():
            print(f"note: {line}", file=sys.stderr)
        return code
    except BrokenPipeError:
        # The reader went away (`redline ... | head`); what the command had found stays so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(getattr(options, "exit_code", 0))
    except (RedlineError, OSError, MemoryError, RecursionError, UnicodeEncodeError) as error:
        print(f"redline: {_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("redline: interrupted; finished files stay", file=sys.stderr)
        return 130
