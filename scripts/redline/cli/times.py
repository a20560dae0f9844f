"""The times of `redline status --times`: how long raters worked, by document and by layer; only of journals on this machine."""

import argparse
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redline.project import Project


def add_options(sub: argparse.ArgumentParser) -> None:
    """Adds the option of the times to a command."""
    sub.add_argument("--times", action="store_true", help="list how long raters worked on the annotator's page, by document and by layer")


def rows(here: "Project", options: argparse.Namespace) -> list[dict[str, Any]]:
    """By rater, document, layer and version of the guidelines: the seconds, and the words, of each passage.

    Raises RedlineError when a journal is damaged.
    """
    from redline.app import journal, times
    from redline.app.desk import DRAFTS
    from redline.project import PRACTICE

    found: dict[tuple[str, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for path in sorted((here.corpus / DRAFTS).glob("*/*.journal")):
        rater, doc = path.parent.name, path.stem
        if doc != PRACTICE and doc in (options.docs or [doc]) and rater == (options.rater or rater):
            for one in times.work(journal.read(path)):
                found[rater, doc, one.layer, one.guidelines][one.passage] += one.seconds
    sizes = {doc: _words(here, doc) for doc in {key[1] for key in found}}
    return [_row(key, passages, sizes[key[1]]) for key, passages in found.items()]


def _row(key: tuple[str, ...], passages: dict[int, float], sizes: list[int]) -> dict[str, Any]:
    names = ("rater", "doc", "layer", "guidelines")
    words = {str(passage): size for passage, size in enumerate(sizes) if passage in passages}
    seconds = {str(passage): round(each, 1) for passage, each in sorted(passages.items())}
    return {**dict(zip(names, key, strict=True)), "seconds": seconds, "words": words}


def _words(here: "Project", doc: str) -> list[int]:
    """By passage the number of words; empty if the text is missing."""
    from redline.core.errors import RedlineError
    from redline.core.segmentation import passages
    from redline.core.words import words
    from redline.project import sources

    try:
        text = sources.read(here.seeds, doc, here.texts).text
    except RedlineError:
        return []
    return [len(words(text[start:end])) for start, end in passages(text)]


def print_rows(found: list[dict[str, Any]]) -> None:
    """Prints for each rater a line a document and a line a layer."""
    from redline.cli.style import Style

    look = Style(sys.stdout)
    for rater in dict.fromkeys(row["rater"] for row in found):
        own = [row for row in found if row["rater"] == rater]
        print(look.bold(rater))
        for name in ("doc", "layer"):
            for value in sorted({row[name] for row in own}):
                print(f"  {value or 'comments':<28} {_line([row for row in own if row[name] == value])}")
    if not found:
        print("there are no times: nobody has edited on the annotator's page of this machine")


def _line(rows: list[dict[str, Any]]) -> str:
    """The sum of some rows in words; seconds per 100 words where the number of words is known."""
    seconds = sum(sum(row["seconds"].values()) for row in rows)
    words = sum({(row["doc"], passage): size for row in rows for passage, size in row["words"].items()}.values())
    passages = {(row["doc"], passage) for row in rows for passage in row["seconds"]}
    rate = f"{seconds * 100 / words:6.0f} seconds per 100 words" if words else ""
    return f"{seconds / 60:7.1f} minutes on {len(passages):3} {'passage' if len(passages) == 1 else 'passages':<8} {rate}".rstrip()
