"""The dataset card: every figure, table, example and definition in it comes from the release's own files."""

import json
from collections.abc import Iterator
from typing import Any

from redline.core.corpus import SPLITS
from redline.measure.rows import Row
from redline.model.leaderboard import metric_of, shown
from redline.publish import parquet
from redline.publish.documents import authors, columns, front_matter
from redline.publish.documents.facts import Facts
from redline.publish.documents.making import labels, made, people
from redline.publish.documents.markdown import table
from redline.publish.documents.project_names import TITLE, bibtex
from redline.publish.documents.prose import ABOUT, CANARY, NEIGHBOURS, REMOVAL, USES, weaknesses
from redline.publish.features import REFERENCED_SENTENCES, REFERENCED_SPANS

METRICS = """\
`exact_f1` counts spans with equal bounds and label, `overlap_f1` shares of characters. `positive_f1`, `macro_f1` and `stance_mean_f1` count classes. `average_precision` measures the ranking; a
random order gives the share of positives. For `brier`, lower is better. `majority`, `cues` and `gazetteer` are trivial baselines; a useful model must beat them. Tasks on sentences and pairs
are scored on gold sentences. After the metric is what a model of relations or pairs gets in addition to the text: spans or participants of gold, or predicted ones. A range is that of models
with several seeds, after their mean; the counts are those of the first seed.
"""


def render(facts: Facts) -> str:
    """The README.md of a release."""
    parts = [*_head(facts), *_load(facts), *_contents(facts), USES, weaknesses(facts), *labels(facts), *made(facts), *_splits(facts)]
    parts += [*_baselines(facts), NEIGHBOURS, *_rights(facts), REMOVAL, *_check(facts)]
    return "---\n" + front_matter.head(facts) + "---\n" + "\n".join(parts) + "\n"


def _head(facts: Facts) -> Iterator[str]:
    manifest = facts.manifest
    yield f"# Redline {manifest.version}\n"
    yield "An annotated corpus of conflict news and political speech in English: **entities**, **stance** (who is for or against whom) and **threat language**"
    yield "(threats, ultimatums, warnings, demands, and similar hard negatives), as spans with offsets.\n"
    texts, labels = authors.machine_texts(facts), authors.machine_labels(facts)
    what = "Texts and labels are" if texts and labels else "Texts are" if texts else "Labels are" if labels else ""
    yield f"> {f'**{what} machine-written.** ' if what else ''}{authors.texts(facts)} {authors.labels(facts)}"
    yield f"> {people(facts)} The figures in this card do not show the quality of a model on real news{', or the agreement of people' if labels else ''}.\n"
    yield from _real(facts)


def _real(facts: Facts) -> Iterator[str]:
    """How much real text the release refers to, where it does."""
    found = facts.counts.referenced
    if found.documents or found.single:
        yield f"**Real text is referenced, not included.** `{REFERENCED_SPANS}` and `{REFERENCED_SENTENCES}` contain the locations, hashes and labels of"
        yield f"{found.documents} real speeches, statements and press releases ({found.sentences} sentences) and of {found.single} single sentences, but not their"
        yield "words. `redline texts --clone` downloads the words. This is our choice; the licences would allow copies."
        yield "Speeches and single sentences are split by speaker, and statements by document.\n"


def _load(facts: Facts) -> Iterator[str]:
    folder = f"redline-{facts.manifest.version}"
    yield "## Loading\n"
    yield "`load_dataset` needs the folder (or the repository on the hub) and a configuration:\n"
    yield f"""```python
from datasets import load_dataset

spans = load_dataset("{folder}", "threats", split="test")
for span in spans:
    if span["text"] is not None:
        assert span["sentence"][span["start"] - span["sentence_start"] : span["end"] - span["sentence_start"]] == span["text"]
```

```python
import pandas

sentences = pandas.read_parquet("{folder}/data/sentences")
print(sentences.groupby("act_type").size())
```

```python
import spacy
from spacy.tokens import DocBin

docs = list(DocBin().from_disk("{folder}/docbin/test-00000.spacy").get_docs(spacy.blank("en").vocab))
print([(span.text, span.label_) for span in docs[0].spans["threat"]])
```
"""
    yield "Offsets count Unicode **code points**, like Python, and not bytes or UTF-16 units. The end is not included. In every configuration they count from the start of"
    yield "the passage, which begins at `offset` of the text of its document."
    yield "`jsonl/` contains the open records as Prodigy tasks, `docbin/` as spaCy documents with `doc`, `passage` and `layers` in `user_data`."
    yield "Spans that begin or end inside a token are only in `data/`. Missing spans: " + _left_out(facts) + "."
    yield "A split without rows has no file: `load_dataset` loads the splits with a number in this table, and raises an error for others.\n"
    yield "| configuration | rows | " + " | ".join(SPLITS) + " |\n|---|---|" + "---:|" * len(SPLITS)
    for name in (name for name in ABOUT if name in facts.manifest.parts):
        parts = facts.manifest.parts[name]
        counts = " | ".join(f"{parts[split].rows:,}" if split in parts else "" for split in SPLITS)
        yield f"| `{name}` | {ABOUT[name]} | {counts} |"
    yield "\n" + columns.rendered(facts.taxonomy)
    yield "A row of `threats`:\n"
    yield f"```json\n{json.dumps(_example(facts), ensure_ascii=False, indent=1)}\n```\n"


def _left_out(facts: Facts) -> str:
    """How many spans are missing from the copies of the data, in words."""
    counts = [f"{facts.manifest.left_out.get(name, 0)} in `{name}/`" for name in ("jsonl", "docbin")]
    return " and ".join(counts)


def _example(facts: Facts) -> dict[str, Any]:
    """A row of the last split of threats: preferably agreed and without doubt, then with most values, then with the shortest sentence."""
    for split in reversed(front_matter.splits_of(facts.manifest, "threats") if "threats" in facts.manifest.parts else []):
        rows = [row for row, _ in zip(parquet.read(facts.folder / "data" / "threats", split), range(500), strict=False) if row["text"]]
        if rows:
            return min(rows, key=_plainness)
    return {}


def _plainness(row: dict[str, Any]) -> tuple[Any, ...]:
    missing = sum(value is None for value in row.values())
    return bool(row.get("unsure")), row["origin"] != "agreed", missing, len(row["sentence"]), row["doc"], row["passage"], row["id"]


def _contents(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Contents\n"
    yield table(
        ["", *SPLITS, "all"],
        [
            [name, *(held[split] for split in SPLITS), counts.total(held)]
            for name, held in (
                ("documents", counts.documents), ("passages", counts.passages), ("sentences", counts.sentences), ("spans", counts.spans),
            )
        ],
    )  # fmt: skip
    yield table(["genre", *SPLITS], [[name, *(held[split] for split in SPLITS)] for name, held in sorted(counts.genres.items())])
    yield "Genres that begin with `ood-` are out of domain: they are not about conflicts.\n"


def _splits(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Splits and leakage\n"
    yield "All documents on one event are in the same split. If a document moves to another split, the major version changes."
    yield f"Events in more than one split: {len(counts.split_events)}.\n" if counts.total(counts.documents) else ""
    for one, other, share in counts.closest:
        yield f"Most similar texts of different splits: `{one}` and `{other}`, with {share:.1%} of the five-word sequences of the shorter text in common.\n"
    if not counts.compared:
        yield "The release is too large to compare texts across splits and to compute agreement.\n"
    elif not counts.closest:
        yield "No sequence of five words occurs in two documents of different splits. Contrast groups were not compared.\n"


def _baselines(facts: Facts) -> Iterator[str]:
    yield "## Baselines\n"
    if not facts.manifest.baselines:
        yield "This release has no baselines.\n"
        return
    trained = ", ".join(f"{count} documents of {split}" for split in SPLITS if (count := facts.manifest.trained_on.get(split)))
    yield f"The models were trained and scored on the texts of this release ({trained}; each contrast group counts as a document). Settings were chosen on validation, and test was scored once. `gold` and `guessed`"
    yield "are the numbers of spans or units in a score. Below ten documents there is no interval, and no value shows which model is better."
    yield METRICS
    rows = []
    for row in facts.manifest.baselines:
        counts = [row["gold"], row["guessed"], row["documents"]]
        of = Row.from_plain(row)
        rows.append([row["task"], row["model"], metric_of(of), shown(of), *counts])
    yield table(["task", "model", "metric", "test", "gold", "guessed", "documents"], rows)


def _rights(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Rights\n"
    rows = []
    for origin, held in sorted(counts.licences.items()):
        rows += [[origin, licence, count] for licence, count in sorted(held.items())]
    yield table(["origin of the text", "licence of the text", "documents"], rows)
    withheld = sum(count for name, count in counts.rights.items() if name in ("unknown", "restricted"))
    yield "Annotations are under CC BY 4.0, and so are open texts; see `LICENSES.md`."
    yield f"{withheld} {'text is' if withheld == 1 else 'texts are'} withheld because we do not own the rights. The release contains offsets, labels and span hashes, but no words. If you have the text, restore it with"
    yield "`redline restore RELEASE --texts FOLDER`, which checks the hash of the text and every span."
    if counts.rights["withdrawn"]:
        yield f"Withdrawn: {counts.rights['withdrawn']}. `documents` has only the id and the hash of a withdrawn document. The text will not be added again, and no other figure of this card counts it."
    yield ""


def _check(facts: Facts) -> Iterator[str]:
    yield "## Checking\n"
    yield f"`sha256sum -c SHA256SUMS`; `redline verify RELEASE` (written by redline {facts.manifest.tools['redline']}) also checks the digest, the types, the words of every span, and"
    yield "that the figures of this card match the data. `manifest.json` contains the commit of the build. Content digest:\n"
    yield f"`{facts.manifest.digest}`\n"
    yield f"Canary string, to filter this release from training data or to find it in a model: `{CANARY}`.\n"
    yield "## Citation\n"
    year = facts.manifest.date[:4]
    yield f"> The Redline maintainers ({year}). *{TITLE}*, version {facts.manifest.version}.\n"
    yield f"```bibtex\n{bibtex(facts.manifest.version, year)}\n```\n"
    yield "`CITATION.cff` contains the same in machine-readable form. `CHANGELOG.md` counts the changes by label."
