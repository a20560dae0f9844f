"""A release of the trained baselines: each with a card of its own, in a folder that is checked like the data's."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.model import leaderboard
from redline.project import Project
from redline.publish import manifest, release
from redline.publish.manifest import Manifest
from redline.publish.plan import Named

CARD = """---
license: cc-by-4.0
language: en
library_name: {library}
tags: [conflict-news, {task}]
---
# {model} for {task}: {title}

A small baseline of Redline {version}: {about}. Trained on the machine-written texts of the corpus, one of them given. **It knows invented states and
one author's habits: no decision about people, no surveillance, no early warning, nothing on real news without tests by people who know the subject.**

| metric | test | signature |
|---|---|---|
{rows}

Headline metric on dev, which chose its settings: {dev:.3f}. Code points everywhere; no file here runs code when it is read.

```sh
redline label article.txt labelled.jsonl --models FOLDER --model {model}
```
"""
ABOUT = {
    "linear": ("scikit-learn", "TF-IDF of words and characters with logistic regression, stored by skops"),
    "crf": ("python-crfsuite", "a linear-chain CRF over surface features"),
    "spacy_ner": ("spacy", "spaCy's entity recogniser with a small CPU network"),
    "spacy_spancat": ("spacy", "spaCy's span categoriser with a small CPU network"),
}


def build(here: Project, named: Named, out: Path) -> Path:
    """Builds `out/redline-models-<version>` of the models that `make train` left; gives its path.

    Raises RedlineError when there are none, or the leaderboard rests on other data or code than there is.
    """
    stale = leaderboard.stale(here)
    if stale:
        raise RedlineError(f"{stale}; models are released with the scores they have")
    taxonomy, board = here.taxonomy(), leaderboard.read(here)
    found = sorted(here.models.glob(f"*/*/{artefact.NAME}"))
    if not found:
        raise RedlineError(f"{here.models}: holds no trained model; needed: run make train first")

    def fill(folder: Path) -> None:
        for path in found:
            model, task = path.parent.parent.name, path.parent.name
            artefact.load(path.parent, taxonomy)
            shutil.copytree(path.parent, folder / model / task)
            (folder / model / f"{task}.md").write_text(_card(board, model, task, named, taxonomy), encoding="utf-8")
        (folder / "README.md").write_text("\n".join(_index(found, named)) + "\n", encoding="utf-8")
        release.signed(folder, _about(named, taxonomy))

    return release.made(out / f"{manifest.MODELS}-{named.version}", fill)


def _about(named: Named, taxonomy: Taxonomy) -> Manifest:
    parts: dict[str, dict[str, manifest.Part]] = {}
    return Manifest(
        manifest.MODELS, named.version, named.date, manifest.whole(parts), taxonomy.scheme, taxonomy.version, release.schemas(taxonomy),
        release.tools(), parts, {},
    )  # fmt: skip


def _card(board: dict[str, Any], model: str, task: str, named: Named, taxonomy: Taxonomy) -> str:
    library, about = ABOUT.get(model, ("redline", "a floor that learns nothing"))
    scores = [row for row in board["scores"] if (row["model"], row["task"], row["label"]) == (model, task, None)]
    dev = next(row["dev"] for row in board["models"] if (row["model"], row["task"]) == (model, task))
    rows = "\n".join(f"| {row['metric']} | {_value(row)} | `{row['signature'].replace('|', ' ')}` |" for row in scores)
    title = taxonomy.task(task).title.lower()
    return CARD.format(library=library, task=task, model=model, title=title, version=named.version, about=about, rows=rows, dev=dev)


def _value(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return "undefined"
    return f"{row['value']:.3f}" + ("" if row["low"] is None else f" [{row['low']:.3f}, {row['high']:.3f}]")


def _index(found: list[Path], named: Named) -> Iterator[str]:
    yield f"---\nlicense: cc-by-4.0\nlanguage: en\n---\n# Baselines of Redline {named.version}\n"
    yield "Small CPU models that show what the corpus teaches; machine-written texts, so not for use on real news without tests. One folder a model and task:\n"
    yield from (f"- [{path.parent.parent.name}, {path.parent.name}]({path.parent.parent.name}/{path.parent.name}.md)" for path in found)
