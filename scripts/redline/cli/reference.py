"""The generated page of the commands: what each does, an example, and what its `--json` prints."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from redline.cli import groups
from redline.cli.shapes import SHAPES
from redline.project import Project


def pages(here: Project, about: Mapping[str, str]) -> dict[Path, bytes]:
    """The page by its path; `about` is what each command does."""
    return {here.docs / "commands.md": ("\n".join(_lines(about)) + "\n").encode()}


def _lines(about: Mapping[str, str]) -> Iterator[str]:
    yield "<!-- generated from the commands by `make docs` -->\n# Commands\n"
    yield "`redline COMMAND --help` lists the options of a command. Exit code 0 means success, 1 problems found, 2 wrong"
    yield "use or unusable input. With `--json` a command prints one JSON object with the keys below to standard output. Notes and"
    yield "progress go to standard error. Colours appear only in a terminal, and not with `NO_COLOR`."
    for title, (sentence, examples) in groups.GROUPS.items():
        yield f"\n## {title}\n\n{sentence}"
        for name, example in examples.items():
            yield f"\n### {name}\n\n{about[name][:1].upper()}{about[name][1:]}.\n\n```sh\n{example}\n```"
            if name in SHAPES:
                yield "\n| key of `--json` | contains |\n|---|---|"
                yield from (f"| `{key}` | {contents} |" for key, contents in SHAPES[name].items())
