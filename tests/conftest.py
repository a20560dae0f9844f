"""What tests share: the taxonomy, a project in a scratch folder, and texts that break careless code."""

import gc
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings

from redline import project as projects
from redline.core import taxonomy as taxonomies
from redline.core.document import Meta, Record, Relation, Span
from redline.core.segmentation import sentences
from redline.core.taxonomy import Taxonomy
from redline.model import leaderboard, train
from redline.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("redline", deadline=None)
settings.load_profile("redline")

MEMORY = Path("/dev/shm")
"""A file system in memory: a test there spends less than a tenth of the time on its files."""
ROOM = 4 * 2**30
"""Bytes that must be free there."""


def pytest_configure() -> None:
    """Puts temporary files in memory, unless the environment names a folder for them."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Keeps the garbage collector from the libraries that are loaded by now: a tenth of the time of a test."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_unconfigure() -> None:
    """Gives it all back: a library looks at the end for what is left."""
    gc.unfreeze()


ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "cases"

NASTY = "👨‍👩‍👧 e\u0301 שלום עולם — “𝔊o!” said Ñandú\u200d; 🇺🇦🇷🇺 नमस्ते, İstanbul ﬁn."


def span(layer: str, label: str, text: str, quote: str, name: str = "x1", **attributes: str | bool | None) -> Span:
    """A span on the first place of `quote`."""
    start = text.index(quote)
    return Span(name, layer, label, start, start + len(quote), quote, dict(attributes))


def record(text: str, spans: tuple[Span, ...] = (), relations: tuple[Relation, ...] = (), doc: str = "case", passage: int = 0) -> Record:
    """A record with every layer done."""
    layers = dict.fromkeys(("entities", "arguments", "stance", "threat"), "done")
    return Record(text, "accept", sentences(text), spans, relations, Meta(doc, passage, 0, "2.0", layers))


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """The labels of the repository."""
    return taxonomies.load(ROOT / "schemas")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real Chromium; one a module, since its event loop would be in the way of others."""
    import chromium
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a machine may be busy with other tests
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.path(chromium.SHELL), args=chromium.ARGUMENTS)
        yield launched
        launched.close()


NO_EVENT = {
    "code": "RL607", "document": None, "passage": None, "start": None, "end": None, "text": None, "about": "EVENT test",
    "reason": "only referenced documents of test have one", "by": "a test", "date": "2026-11-26",
}  # fmt: skip
"""A waiver that the written documents need by themselves."""
SENTENCES = "sentences"
"""The folders with single sentences of referenced texts, and their set."""
PEOPLE = ("people", "answers")
"""The folders with the answers of people, of which there are more every day."""


def copied(folder: Path, unwanted: Iterable[str] = ()) -> Project:
    """A copy of the repository's data in a folder, as a project, without files and folders of unwanted names (up to the first dot).

    Referenced documents and sentences, whose texts are not in the repository, answers of people, and raters without a document
    are left out.
    """
    shutil.copytree(_template(frozenset(unwanted)).name, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    return projects.find(folder)


@cache
def _template(unwanted: frozenset[str]) -> tempfile.TemporaryDirectory[str]:
    """The folder that `copied` copies; each process writes it once."""
    folder = tempfile.TemporaryDirectory()
    _fill(Path(folder.name), {*unwanted, *referenced_documents(), SENTENCES, *PEOPLE})
    return folder


def _fill(folder: Path, unwanted: set[str]) -> None:
    """Copies the repository's data, and removes what belongs to the unwanted documents."""
    for name in ("seeds", "corpus", "schemas", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=lambda _, names: [name for name in names if name.split(".")[0] in unwanted])
    for rater in folder.glob("corpus/raters/*/"):
        if rater.is_dir() and not any(rater.iterdir()):
            rater.rmdir()
    (folder / "models").mkdir()
    for path in [*(ROOT / "models").glob("*.*"), *(ROOT / name for name in ("redline.toml", "CITATION.cff", "CHANGELOG.md", ".gitignore"))]:
        shutil.copy(path, folder / path.relative_to(ROOT))
    path, referenced = folder / "corpus" / "splits.json", referenced_documents()
    splits = {doc: split for doc, split in json.loads(path.read_text()).items() if doc not in referenced}
    path.write_text(json.dumps(splits, indent=1) + "\n")
    here = projects.find(folder)
    _keep_used_entities(here)
    _keep_lines(here.corpus / "waivers.jsonl", lambda row: not referenced & {row["document"], row["about"]})
    with (here.corpus / "waivers.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(NO_EVENT, separators=(",", ":")) + "\n")


DOCUMENTS = {"court-report": "train", "weather-bulletin": "validation", "dam-wire": "test"}
"""The documents of the small project: the shortest of each split that together have every layer."""
WITHHELD = "kazan-drone-strikes"
"""A document whose text is no part of a release."""
SOME = DOCUMENTS | {WITHHELD: "train"}


def small(folder: Path, documents: dict[str, str] = DOCUMENTS) -> Project:
    """A copy of the repository's data with few documents (default: three, one a split), without contrast sets, that is clean."""
    others = {path.stem for path in ROOT.glob("seeds/*.json")} - documents.keys()
    here = copied(folder, {*others, "contrast", "verdicts"})
    (here.corpus / "splits.json").write_text(json.dumps(documents, indent=1, sort_keys=True) + "\n")
    _keep_lines(here.corpus / "waivers.jsonl", lambda row: row["document"] in documents)
    return here


@cache
def referenced_documents() -> frozenset[str]:
    """The documents of the repository of which it has no words."""
    return frozenset(path.stem for path in ROOT.glob("seeds/*.json") if '"origin": "referenced"' in path.read_text(encoding="utf-8"))


def _keep_used_entities(here: Project) -> None:
    """Takes the entity rows away whose key is in no record, rating or decision."""
    files = (path for path in here.corpus.glob("**/*.json*") if path.name != "entities.jsonl")
    words = {word for path in files for word in re.findall(r'"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))}
    _keep_lines(here.corpus / "entities.jsonl", lambda row: row["id"] in words)


def _keep_lines(path: Path, wanted: Callable[[dict[str, Any]], bool]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if wanted(json.loads(line))), encoding="utf-8")


FLOORS = ("majority", "cues", "gazetteer")


def only_floors(here: Project) -> Project:
    """The project without the configurations of other models than those that train in a moment."""
    for path in here.models.glob("*.json"):
        if path.stem not in (*FLOORS, "leaderboard"):
            path.unlink()
    return here


def with_floors(here: Project) -> Project:
    """The project with the models that train in a moment."""
    data, taxonomy, configured = train.data_of(projects.load(here)), here.taxonomy(), train.configurations(here)
    for name in FLOORS:
        pairs = train.wanted(configured, taxonomy, model=name, task=None, shape=None)
        train.run(pairs, configured, data, taxonomy, here.models, lambda _: None)
    leaderboard.write(here, data, taxonomy)
    return here


def shared(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """A folder that one process of the run fills and all processes read."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            folder.mkdir()
            try:
                fill(folder)
            except BaseException:
                shutil.rmtree(folder)
                raise
    return folder


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project of SOME documents whose configured models are the trivial baselines, trained; only to be copied."""
    return shared(tmp_path_factory, "trained", lambda folder: with_floors(only_floors(small(folder, SOME))))


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of SOME documents whose configured models are the trivial baselines, trained; it is the working folder."""
    shutil.copytree(trained_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return projects.find(tmp_path)


@pytest.fixture
def adjudicated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of two documents, rated twice and adjudicated, in the working folder."""
    for name in ("gold", "raters/r1", "raters/r2", "decisions"):
        (tmp_path / "corpus" / name).mkdir(parents=True)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "seeds").mkdir()
    for doc in ("dam-wire", "chess-column"):
        for path in ROOT.glob(f"*/{doc}.*"):
            shutil.copy(path, tmp_path / "seeds")
        for path in ROOT.glob(f"corpus/**/{doc}.*"):
            if path.parent.name in ("gold", "r1", "r2", "decisions"):
                shutil.copy(path, tmp_path / path.relative_to(ROOT))
    for name in ("corpus/entities.jsonl", "corpus/splits.json", "corpus/raters/raters.json", "redline.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return projects.find(tmp_path)


@pytest.fixture
def small_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small project in a scratch folder, which is the working folder."""
    here = small(tmp_path)
    monkeypatch.chdir(tmp_path)
    return here


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the repository's data in a scratch folder, which is the working folder."""
    here = copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    return here
