"""Brings the texts of referenced documents: from folders, or from the repositories that their references name."""

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from redline.core.corpus import Reference, Seed
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256, write_atomically
from redline.curate import excerpts, sentences
from redline.project import Project, cited, lookup, sources
from redline.project.lock import exclusive

_safe = re.compile(r"https://[^\s-][^\s]*"), re.compile(r"[0-9a-f]{40}")
"""What a repository and a commit look like; anything else could be an option or a command to git."""
_special = re.compile(r"[\\*?\[\]!# ]")

AT_HAND, MISSING, ANOTHER = "at hand", "missing", "another text"


class Brought(Struct):
    """The documents that got their text, those that had it, and by document why the text is still missing."""

    brought: list[str]
    there: list[str]
    missing: dict[str, str]


def states(project: Project, docs: Sequence[str] = ()) -> dict[str, str]:
    """Each referenced document (of `docs`, or all) with the state of its text.

    Raises RedlineError when one of `docs` is not a referenced document.
    """
    return {doc: _state(project, seed) for doc, seed in _referenced(project, docs).items()}


def _state(project: Project, seed: Seed) -> str:
    path = project.texts / f"{seed.doc}.txt"
    if not path.is_file():
        return MISSING
    return AT_HAND if sha256(read_bytes(path)) == seed.sha256 else ANOTHER


def _referenced(project: Project, docs: Sequence[str]) -> dict[str, Seed]:
    seeds = {doc: seed for doc, seed in sources.seeds(project.seeds).items() if seed.referenced}
    return {doc: seeds[lookup.one_of(doc, seeds, "referenced document", "`redline texts` lists them")] for doc in docs or seeds}


@exclusive
def bring(project: Project, folders: Sequence[Path], docs: Sequence[str] = ()) -> Brought:
    """Stores the texts that folders have: clones, bare or not, folders of clones, or excerpts as DOC.txt; each hash is checked.

    Raises RedlineError when a folder does not exist.
    """
    for folder in folders:
        if not folder.is_dir():
            raise RedlineError(f"{folder}: is not a folder; needed: a clone, or a folder of excerpts")
    if not docs:
        sentences.bring(project, folders)
    outcome = Brought([], [], {})
    for doc, seed in _referenced(project, docs).items():
        if _state(project, seed) == AT_HAND:
            outcome.there.append(doc)
            continue
        text, problem = _found(folders, seed)
        if text is None:
            outcome.missing[doc] = problem
        else:
            write_atomically(project.texts / f"{doc}.txt", text.encode("utf-8"))
            outcome.brought.append(doc)
    return outcome


def _found(folders: Sequence[Path], seed: Seed) -> tuple[str | None, str]:
    """The text of a seed in the first folder that has it, or None and why no folder has."""
    assert isinstance(seed.reference, Reference)
    problem = f"no folder has {seed.doc}.txt or {seed.reference.path}"
    for folder in folders:
        excerpt = folder / f"{seed.doc}.txt"
        if excerpt.is_file():
            data = read_bytes(excerpt)
            if sha256(data) == seed.sha256:
                return data.decode("utf-8"), ""
            problem = f"{excerpt}: is another text (sha256 differs)"
        for data in excerpts.files(folder, seed.reference):
            try:
                return excerpts.in_file(data, seed.reference, seed.sha256), ""
            except (ValueError, UnicodeDecodeError) as error:
                problem = f"{folder}: {seed.reference.path} {error}"
    return None, problem


def clone(project: Project, docs: Sequence[str] = ()) -> Brought:
    """Stores the texts that are not at hand, out of their repositories, which git clones as far as they are needed.

    Raises RedlineError when git is not installed, and where a reference has no https URL or no commit.
    """
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for seed in _referenced(project, docs).values():
        if isinstance(seed.reference, Reference) and _state(project, seed) != AT_HAND:
            wanted[seed.reference.repository, seed.reference.commit].append(seed.reference.path)
    counts = sentences.counts(project)
    for name, rows in cited.read_all(project.seeds).items() if not docs else ():
        for row in rows if counts[name].at_hand < counts[name].of else ():
            wanted[row.repository, row.commit].append(row.path)
    with tempfile.TemporaryDirectory() as scratch:
        folders = []
        for number, ((repository, commit), paths) in enumerate(wanted.items()):
            folders.append(Path(scratch) / str(number))
            _fetch(repository, commit, paths, folders[-1])
        return bring(project, folders, docs)


def _fetch(repository: str, commit: str, paths: Iterable[str], folder: Path) -> None:
    """Checks the files of a commit out: of that commit alone where the server allows it, else of the whole history.

    Raises RedlineError where a seed gives git anything but a URL and a commit.
    """
    for value, pattern in zip((repository, commit), _safe, strict=True):
        if not pattern.fullmatch(value):
            raise RedlineError(f"`{value[:60]}` is not a repository or commit; needed: an https URL and a commit of 40 digits")
    folder.mkdir()
    _git(folder, "init", "--quiet")
    _git(folder, "config", "core.autocrlf", "false")
    _git(folder, "remote", "add", "origin", repository)
    if not _git(folder, "fetch", "--quiet", "--depth", "1", "--filter=blob:none", "origin", commit):
        _git(folder, "fetch", "--quiet", "origin")
    patterns = "".join(f"/{_escaped(path)}\n" for path in dict.fromkeys(paths))
    _git(folder, "sparse-checkout", "set", "--no-cone", "--stdin", given=patterns)
    _git(folder, "checkout", "--quiet", "--detach", commit)


def _escaped(path: str) -> str:
    """A path as a pattern that means it alone."""
    return _special.sub(r"\\\g<0>", path)


def _git(folder: Path, *arguments: str, given: str = "") -> bool:
    """Whether git did it; what it prints to standard error is seen."""
    settings = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, input=given.encode(), env=settings, check=False)
    except FileNotFoundError:
        raise RedlineError("git is not installed; needed: git, or redline texts --from FOLDER") from None
    return done.returncode == 0
