"""A release of the trained baselines: each with its card, in a folder that is checked like the folder of the data."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from redline import project
from redline.core.corpus import Corpus
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.learn.baseline import kind_of
from redline.model import leaderboard, train
from redline.model.train import Configuration
from redline.model.training import Data
from redline.project import Project
from redline.project import commit as commits
from redline.publish import baselines, manifest
from redline.publish.contents import Named
from redline.publish.documents import authors
from redline.publish.manifest import Manifest

CARD = """---
license: cc-by-4.0
language: en
library_name: {library}
tags: [conflict-news, {task}]
---
# {model} for {task}: {title}

A small baseline of Redline {version}: {about}. It was trained on the open texts of the corpus. {authors}
**Do not use it for decisions about people, surveillance or early warning. Experts must test it on real news before any use.**

| metric | test | signature |
|---|---|---|
{rows}

Headline metric on validation, which was used for choosing the settings: {validation:.3f}. Offsets are in code points. No file of this model runs code when it is loaded.

```sh
redline label article.txt labelled.jsonl --models FOLDER --model {model}
```
"""
LIBRARIES = {"python-crfsuite": "python-crfsuite", "scikit-learn": "scikit-learn", "spacy": "spacy"}
"""Distribution -> what the hub calls it, in order of importance."""


def build(here: Project, named: Named, out: Path, progress: Callable[[str], None]) -> Path:
    """Builds `out/redline-models-<version>` of the trained models of the project; gives its path.

    Models of deleted configurations are left out, with a line. Raises RedlineError when there are none, or one was trained
    on other texts than the release has, or has no scores.
    """
    taxonomy, configured = here.taxonomy(), train.configurations(here)
    folders = [folder for folder in artefact.folders(here.models) if _configured(folder, configured, progress)]
    if not folders:
        raise RedlineError(f"{here.models}: contains no trained model; needed: trained models (make train)")
    corpus = project.load(here)
    data = train.data_of(corpus)
    for folder in folders:
        _check(folder, data, taxonomy)
    if line := leaderboard.stale(here):
        progress(line)

    who = _authors(corpus, data)
    final = out / f"{manifest.MODELS}-{named.version}"
    with manifest.folder(final) as target:
        for folder in folders:
            _, made = artefact.load(folder, taxonomy)
            artefact.without_times(Path(shutil.copytree(folder, target / made.model / made.task)))
            (target / made.model / f"{made.task}.md").write_text(_card(made, named, taxonomy, who), encoding="utf-8")
        (target / "README.md").write_text("\n".join(_index(folders, named, who)) + "\n", encoding="utf-8")
        manifest.sign(target, _about(named, taxonomy, commits.state(here.root).commit, target))
    return final


def _configured(folder: Path, configured: Mapping[str, Configuration], progress: Callable[[str], None]) -> bool:
    model, task = folder.parent.name, folder.name
    known = model in configured and task in configured[model].tasks
    if not known:
        progress(f"{folder}: no configuration in models/ has {model} for {task}; the model is left out")
    return known


def _check(folder: Path, data: Data, taxonomy: Taxonomy) -> None:
    """Raises RedlineError for a model that may not be released with the scores it has."""
    made = artefact.read(folder)
    if (made.model, made.task) != (folder.parent.name, folder.name):
        raise RedlineError(f"{folder}: contains {made.model} for {made.task}; needed: the model of make train")
    if made.outcome is None:
        raise RedlineError(f"{folder}: has no scores, because training was interrupted; needed: run make train")
    if not baselines.on_data(made.origin, made.task, data, taxonomy):
        raise RedlineError(f"{folder}: was trained or scored on texts outside of the release; needed: run make train")


def _about(named: Named, taxonomy: Taxonomy, commit: str | None, target: Path) -> Manifest:
    parts: dict[str, dict[str, manifest.Part]] = {}
    required = [
        path.relative_to(target).as_posix() for path in sorted(target.rglob("*")) if path.name == artefact.NAME or path.suffix == ".md"
    ]
    return Manifest(
        manifest.MODELS, named.version, named.date, commit, manifest.whole(parts), taxonomy.scheme, taxonomy.version, manifest.schemas(taxonomy),
        manifest.tools(), parts, {}, required,
    )  # fmt: skip


def _authors(corpus: Corpus, data: Data) -> str:
    """Who wrote the documents from which models learned, as their seeds state it; contrast groups have no seeds."""
    docs = {record.meta.doc for record in (*data.train, *data.validation)} & corpus.sources.keys()
    counted = Counter(corpus.sources[doc].seed.author for doc in docs)
    invented = " Most states in these texts are invented." if authors.only_models(counted) else ""
    return authors.written_by(counted) + invented


def _card(made: Artefact, named: Named, taxonomy: Taxonomy, who: str) -> str:
    assert made.outcome is not None
    kind = kind_of(made.kind)
    library = next((hub for name, hub in LIBRARIES.items() if name in kind.libraries), "redline")
    totals = [row for row in made.outcome.scores if row["label"] is None]
    rows = "\n".join(f"| {row['metric']} | {_value(row)} | `{row['signature'].replace('|', ' ')}` |" for row in totals)
    return CARD.format(
        library=library, task=made.task, model=made.model, title=taxonomy.task(made.task).title.lower(), version=named.version,
        about=kind.about, rows=rows, validation=made.outcome.validation, authors=who,
    )  # fmt: skip


def _value(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return "undefined"
    return f"{row['value']:.3f}" + ("" if row["low"] is None else f" [{row['low']:.3f}, {row['high']:.3f}]")


def _index(folders: list[Path], named: Named, who: str) -> Iterator[str]:
    yield f"---\nlicense: cc-by-4.0\nlanguage: en\n---\n# Baselines of Redline {named.version}\n"
    yield f"Small CPU models, trained on the open texts of the corpus. {who} Test them on real news before any use. There is one folder per model and task:\n"
    yield from (f"- [{folder.parent.name}, {folder.name}]({folder.parent.name}/{folder.name}.md)" for folder in folders)
