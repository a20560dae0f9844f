"""The report: one file of the corpus, its models and its documents that needs no network and no server."""

import base64
import hashlib
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from redline import __version__, project
from redline.core import error_groups
from redline.core.corpus import SPLITS
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.taxonomy import Taxonomy
from redline.drawing import script as drawing
from redline.drawing import styles
from redline.measure.score import FEWEST, Bootstrap
from redline.model import train
from redline.project import Project
from redline.report import agreement, confusion, corpus, curves, errors, learning, models, people, results, summary, texts

STATIC = Path(__file__).parent


class Written(Struct, frozen=True):
    """How large the page is, and the sentences of its summary."""

    bytes: int
    summary: list[str]


def write(here: Project, out: Path, bootstrap: Bootstrap, orders: int | None, progress: learning.Progress) -> Written:
    """Writes the page; `orders` is how often the documents of a point of the learning curve are drawn, 0 leaves the curve out,
    None draws a curve that is kept and computes none.

    Raises RedlineError when no model is trained.
    """
    values = parts(here, bootstrap, orders, progress)
    data = rendered(values).encode("utf-8")
    write_atomically(out, data)
    return Written(len(data), values["summary"])


def parts(here: Project, bootstrap: Bootstrap, orders: int | None, progress: learning.Progress) -> dict[str, Any]:
    """What the templates draw, by name."""
    taxonomy, gold = here.taxonomy(), project.load(here)
    data = train.data_of(gold)
    collected = results.collect(here, taxonomy, data, bootstrap, progress)
    learned = learning.curves(here, data, taxonomy, orders, bootstrap.seed, progress)
    counted, scored = corpus.section(gold, taxonomy), models.section(collected, bootstrap)
    agreed, documents = _agreement(here, bootstrap), texts.section(gold)
    groups = error_groups.read(here.schemas)
    found = errors.section(collected, groups)
    return {
        "version": __version__, "guidelines": taxonomy.version, "bootstrap": bootstrap,
        "summary": summary.sentences(gold, counted, agreed, scored),
        "corpus": counted, "agreement": agreed, "people": people.section(here, gold), "models": scored, "curves": curves.section(collected),
        "confusions": confusion.section(collected), "learning": learning.section(learned),
        "errors": found, "error_groups": errors.tables(collected, groups), "error_count": errors.total(found),
        "choices": _choices(found, documents, taxonomy), "fewest": FEWEST,
        "texts": documents, "closed": texts.closed(gold), "data": texts.data(documents, taxonomy),
        "layers": styles.ordered(taxonomy), "styles": Markup(_static("report.css") + styles.whole(taxonomy)),
        "script": Markup(drawing.whole() + _static("report.js")),
    }  # fmt: skip


def _agreement(here: Project, bootstrap: Bootstrap) -> agreement.AgreementSection | None:
    """The section on agreement; None where no two raters can be compared."""
    try:
        return agreement.section(here, here.taxonomy(), bootstrap)
    except RedlineError:
        return None


def _choices(wrong: dict[str, list[errors.Sentence]], documents: list[texts.Text], taxonomy: Taxonomy) -> dict[str, list[tuple[str, str]]]:
    """By filter what can be chosen: the value, and the words that are shown for it."""
    parts = [part for sentences in wrong.values() for sentence in sentences for part in sentence.tasks]
    kinds = {error.kind for part in parts for error in part.errors}
    layers = styles.ordered(taxonomy)
    return {
        "tasks": list({part.task.name: part.task.title for part in parts}.items()),
        "error_labels": _same(sorted({label for part in parts for error in part.errors for label in error.labels})),
        "kinds": _same([kind for kind in errors.ERRORS if kind in kinds]),
        "groups": _same(sorted({error.group for part in parts for error in part.errors})),
        "layers": [(layer.layer, layer.title) for layer in layers],
        "labels": [(name, f"{label.title} ({name})") for layer in layers for name, label in layer.by_label.items()],
        "splits": _same(list(dict.fromkeys(sorted((text.split for text in documents), key=_place)))),
        "genres": _same(sorted({text.genre for text in documents})),
    }


def _same(names: list[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _place(split: str) -> int:
    return SPLITS.index(split) if split in SPLITS else len(SPLITS)


def rendered(values: dict[str, Any], template: str = "report.html") -> str:
    """A page, in which every text is escaped and only its own script may run."""
    allowed = base64.b64encode(hashlib.sha256(values["script"].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    return environment().get_template(template).render(values, policy=policy, ids=count())


def environment() -> Environment:
    """The templates: they escape everything except Markup, and an unknown name in one is an error."""
    loader = PackageLoader("redline.report")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
