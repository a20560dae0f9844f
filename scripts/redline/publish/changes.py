"""Versions of the data: what changed since the last release, label by label, and which version that calls for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256, write_atomically
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl

NAME = "releases.json"


class State(Struct, frozen=True):
    """A release in numbers: `documents` are ids with a hash of their gold, `labels` how many spans there are of each.

    `splits` maps a document to its split; `content` is a hash of all that goes into the release. Both are empty in a history
    that was written before they were recorded.
    """

    version: str
    date: str
    scheme: str
    documents: dict[str, str]
    labels: dict[str, int]
    splits: dict[str, str] = {}
    content: str = ""


def parts(version: str) -> tuple[int, int, int]:
    """Major, minor and patch of a version.

    Raises RedlineError when it is none.
    """
    found = version.split(".")
    if len(found) != 3 or not all(part.isascii() and part.isdigit() and str(int(part)) == part for part in found):
        raise RedlineError(f"`{version}` is not a version; needed: major.minor.patch")
    major, minor, patch = (int(part) for part in found)
    return major, minor, patch


def state(version: str, date: str, documents: Mapping[str, Sequence[Document]], taxonomy: Taxonomy, others: Sequence[bytes] = ()) -> State:
    """The state of documents by split; `others` is published in addition to them and their splits, for example raters' files."""
    gold = {document.id: document for own in documents.values() for document in own}
    splits = {document.id: split for split, own in documents.items() for document in own}
    counts = Counter(span.label for document in gold.values() for record in document.records for span in record.spans)
    hashes = {doc: sha256(jsonl.dump([gold[doc]])) for doc in sorted(gold)}
    content = sha256(
        msgspec.json.encode([sorted(splits.items()), sorted(hashes.items()), taxonomy.version, [sha256(part) for part in others]])
    )
    labels = {label: counts[label] for label in taxonomy.layer_of_label}
    short = {doc: digest[:16] for doc, digest in hashes.items()}
    return State(version, date, taxonomy.scheme, short, labels, dict(sorted(splits.items())), content)


def history(path: Path) -> list[State]:
    """The releases there were, the last one last.

    Raises RedlineError when the file has another shape.
    """
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(read_bytes(path), type=list[State])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is not a history of releases ({error}); needed: a list of states") from None


def record(now: State, path: Path) -> None:
    """Adds a release to the history, or leaves it as it is when it is there."""
    before = history(path)
    if now not in before:
        write_atomically(path, msgspec.json.format(msgspec.json.encode([*before, now]), indent=1) + b"\n")


def checked(now: State, before: Sequence[State]) -> None:
    """Checks that a version fits the changes.

    Raises RedlineError when the version was released with other content, is not above the last, or needs a greater step.
    """
    same = next((one for one in before if one.version == now.version), None)
    if same is not None:
        if not same.content or same.content != now.content:
            raise RedlineError(f"version {now.version} was released with different content; needed: a new version in CITATION.cff")
        return
    if not before:
        return
    last = before[-1]
    if parts(now.version) <= parts(last.version):
        raise RedlineError(f"version {now.version} is not greater than {last.version}, the last release; needed: a greater version")
    step, needed = _step(last.version, now.version), _needed(last, now)
    if STEPS.index(step) < STEPS.index(needed):
        raise RedlineError(f"from {last.version} to {now.version} is a {step} step, but {_WHY[needed]}; needed: a {needed} step")


STEPS = ("patch", "minor", "major")
_WHY = {
    "major": "the scheme's major version changed or a document moved to another split",
    "minor": "documents or labels were added or removed",
    "patch": "",
}


def _step(before: str, now: str) -> str:
    one, other = parts(before), parts(now)
    return "major" if one[0] != other[0] else "minor" if one[1] != other[1] else "patch"


def _needed(last: State, now: State) -> str:
    if last.scheme.split(".")[0] != now.scheme.split(".")[0] or _moved(last, now):
        return "major"
    if last.documents.keys() != now.documents.keys() or last.labels.keys() != now.labels.keys() or last.scheme != now.scheme:
        return "minor"
    return "patch"


def _moved(last: State, now: State) -> list[str]:
    """The documents that changed their split, by name."""
    return [doc for doc, split in now.splits.items() if last.splits.get(doc, split) != split]


def page(text: str, now: State, before: Sequence[State]) -> str:
    """The changelog with what was counted, below the heading of the version.

    Raises RedlineError when the changelog does not speak of the version, or the version does not fit the change.
    """
    checked(now, before)
    lines = text.splitlines()
    at = next((index for index, line in enumerate(lines) if line.startswith("## ") and line.split()[1] == now.version), None)
    if at is None:
        raise RedlineError(f"CHANGELOG.md has no section on {now.version}; needed: `## {now.version}` with a list of changes")
    lines[at] = f"## {now.version} ({now.date})"
    return "\n".join([*lines[: at + 1], "", *_counted(now, before), *lines[at + 1 :]]) + "\n"


def _counted(now: State, before: Sequence[State]) -> list[str]:
    earlier = [one for one in before if parts(one.version) < parts(now.version)]
    if not earlier:
        return [f"Counted: the first release, {len(now.documents)} documents and single sentences, {sum(now.labels.values())} spans."]
    last = earlier[-1]
    added, gone = sorted(now.documents.keys() - last.documents.keys()), sorted(last.documents.keys() - now.documents.keys())
    changed = sum(last.documents[doc] != digest for doc, digest in now.documents.items() if doc in last.documents)
    lines = [f"Counted, against {last.version}: {len(added)} documents added, {len(gone)} removed, {changed} with different gold.", ""]
    for doc in _moved(last, now):
        lines += [f"`{doc}` moved from {last.splits[doc]} to {now.splits[doc]}.", ""]
    head = len(lines)
    lines += ["| label | before | now | difference |", "|---|---:|---:|---:|"]
    for label in dict.fromkeys([*now.labels, *last.labels]):
        one, other = last.labels.get(label, 0), now.labels.get(label, 0)
        if one != other:
            lines.append(f"| {label} | {one} | {other} | {other - one:+d} |")
    return lines if len(lines) > head + 2 else [*lines[:head], "No label has a different count."]
