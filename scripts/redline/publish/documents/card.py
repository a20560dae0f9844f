"""The dataset card: every figure, table, example and definition in it comes from the release's own files."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from redline.core.corpus import SPLITS
from redline.measure.rows import Row
from redline.publish import parquet, residual
from redline.publish.documents import front_matter
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import bibtex
from redline.publish.features import CONTRAST, DOCUMENTS, RATERS

ABOUT = {
    DOCUMENTS: "a row a document: its text, its passages with sentences, spans and relations",
    "entities": "a row a span: people, groups, organisations, places, weapons, events, laws, dates",
    "stance": "a row a span: an expression for or against somebody; holder and target in `relations`",
    "threats": "a row a span: threats, ultimatums, warnings, demands, and hard negatives",
    "relations": "a row an arrow between two spans: who speaks, who is meant, on what condition",
    "sentences": "a row a sentence with its class for each sentence task",
    CONTRAST: "a row a passage of a minimal pair",
    RATERS: "a row a span of what each rater said before adjudication",
}


COLUMNS = """\
| column | what |
|---|---|
| `doc`, `passage`, `id` | document, number of the passage in it, and the span's id in the passage: together they name a span in every configuration |
| `start`, `end` | place in the passage, half-open, in code points |
| `text`, `sentence` | the words of the span and of its sentence; null where the text is withheld |
| `span_hash` | for withheld texts: proves the words of the span to whoever has the text |
| `layers` | what was annotated in a passage; a layer that is not there is unknown, not empty |
| `act`, `form`, `force`, ... | attributes; `labels.json` and the guidelines say what they mean; null where the label has none |
| `origin`, `raters` | how gold came about (below), and which raters gave the span this place and label |
| `head_*`, `child_*` | the two ends of a relation |
| `sha256` | of the document's text, in UTF-8 |
"""
METRICS = """\
`exact_f1` counts spans with the right bounds and label, `overlap_f1` shares of characters; `positive_f1`, `macro_f1` and `stance_mean_f1` classes; `average_precision` ranks (chance is the
share of positives); of `brier`, less is better. `majority`, `cues` and `gazetteer` learn nothing: who does not beat them has learnt nothing. Tasks on sentences and pairs presuppose gold
sentences and participants.
"""


def render(facts: Facts) -> str:
    """The README.md of a release."""
    parts = [*_head(facts), *_load(facts), *_holds(facts), *_uses(), *_labels(facts), *_made(facts), *_splits(facts), *_baselines(facts)]
    return "---\n" + front_matter.head(facts.manifest, facts.taxonomy) + "---\n" + "\n".join([*parts, *_rights(facts)]) + "\n"


def _head(facts: Facts) -> Iterator[str]:
    counts, manifest = facts.counts, facts.manifest
    made = counts.total(counts.documents) - counts.rights["withdrawn"]
    yield f"# Redline {manifest.version}\n"
    yield "An annotated corpus of conflict news in English: **entities**, **stance** (who is for or against whom) and **threat language**"
    yield "(threats, ultimatums, warnings, demands, and the hard negatives that look like them), as stand-off spans.\n"
    given = counts.total(counts.origins.get("given", Counter()))
    yield f"> **Texts and labels are machine-written.** Of {made} documents all but {given} were written by a language model for this project, and all"
    yield "> labels were given by language models. No figure here says how well anything does on real news, or how well people would agree.\n"


def _load(facts: Facts) -> Iterator[str]:
    folder = f"redline-{facts.manifest.version}"
    yield "## Load it\n"
    yield "The folder, or the name of the repository that holds it, is what `load_dataset` takes:\n"
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
    yield "Offsets are half-open and count Unicode **code points**, as Python does: not bytes, not UTF-16 units. In `documents` they count from the start of the"
    yield "passage, which begins at `offset` of the text; in the flat configurations too. Labels are strings; `labels.json` gives each a number that never changes."
    yield "`jsonl/` contains the open records as Prodigy tasks, `docbin/` as spaCy documents with `doc`, `passage` and `layers` in `user_data`."
    yield "A span whose edges cut a token is in `data/` alone: " + _left_out(facts) + "."
    yield "A split without a row has no file and no name, so `load_dataset` gives the splits that the table below has a number for: ask for them"
    yield "by name only after a look at the table.\n"
    yield "| configuration | what | " + " | ".join(SPLITS) + " |\n|---|---|" + "---:|" * len(SPLITS)
    for name in (name for name in ABOUT if name in facts.manifest.parts):
        parts = facts.manifest.parts[name]
        counts = " | ".join(f"{parts[split].rows:,}" if split in parts else "" for split in SPLITS)
        yield f"| `{name}` | {ABOUT[name]} | {counts} |"
    yield "\n" + COLUMNS
    yield "A row of `threats`:\n"
    yield f"```json\n{json.dumps(_example(facts), ensure_ascii=False, indent=1)}\n```\n"


def _left_out(facts: Facts) -> str:
    """How many spans the copies of the data lack, in words."""
    counts = [f"`{name}/` lacks {facts.manifest.left_out.get(name, 0)}" for name in ("jsonl", "docbin")]
    return " and ".join(counts)


def _example(facts: Facts) -> dict[str, Any]:
    """The row of the last split of threats that says most, of equals the one with the shortest sentence."""
    for split in reversed(front_matter.splits_of(facts.manifest, "threats") if "threats" in facts.manifest.parts else []):
        rows = [row for row, _ in zip(parquet.read(facts.folder / "data" / "threats", split), range(500), strict=False) if row["text"]]
        if rows:
            return min(rows, key=lambda row: (sum(value is None for value in row.values()), len(row["sentence"]), row["doc"], row["id"]))
    return {}


def _holds(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## What it holds\n"
    yield _table(
        ["", *SPLITS, "all"],
        [
            [name, *(held[split] for split in SPLITS), counts.total(held)]
            for name, held in (
                ("documents", counts.documents), ("passages", counts.passages), ("sentences", counts.sentences), ("spans", counts.spans),
            )
        ],
    )  # fmt: skip
    yield _table(["genre", *SPLITS], [[name, *(held[split] for split in SPLITS)] for name, held in sorted(counts.genres.items())])


def _uses() -> Iterator[str]:
    yield """## Who it is for

For people who build or compare extractors of entities, stance and threat language: it shows a scheme with its hard cases, has overlapping spans and relations, what
each rater said, and small baselines with intervals. For teaching, for tests of annotation tools, and as a seed for a corpus of real news.

## What it must not be used for

- No decision about people, no surveillance, no early warning: a detector that learned from these texts knows invented states and one author's habits. It must be tested on real
  text, by people who know the subject, before anybody relies on it.
- No claim about real conflicts: fiction is invented, accounts of history are short retellings, and none of it is a source.
- No measure of intent: a label says how a text presents an act of speech, not what anybody meant or will do.
- No claim that one model is better than another where there are no intervals below, or they overlap.
"""


def _labels(facts: Facts) -> Iterator[str]:
    yield "## Labels\n"
    yield f"Guidelines {facts.manifest.guidelines}, scheme {facts.manifest.scheme}. Agreement is exact F1 between raters with its 95 % interval.\n"
    scores = {(row.layer, row.label): row for row in facts.counts.agreement if row.score.metric == "exact_f1"}
    for layer in facts.taxonomy.layers.values():
        yield f"### {layer.title}\n\n{layer.definition}\n"
        rows = []
        for label in layer.labels:
            count, row = facts.counts.total(facts.counts.labels[label.name]), scores.get((layer.layer, label.name))
            rows.append([f"`{label.name}`", label.definition, count, row.shown if row else ""])
        yield _table(["label", "definition", "spans", "agreement"], rows)


def _made(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## How it was made\n"
    yield "Texts were written or retold for this project, cut into passages and sentences, and frozen. Each was rated independently from the guidelines alone;"
    yield "differences were decided one by one with a reason, and what was truly ambiguous keeps `unsure`. What each rater said is in `raters`, as it was said.\n"
    if counts.how:
        yield _table(["gold spans", "number"], [[name, count] for name, count in sorted(counts.how.items())])
        yield "*agreed*: every rater gave the same place, label and attributes; *decided*: one reading was taken; *edited*: gold has what none of them said;"
        yield "*added*: nobody had marked it.\n"
    if counts.agreement:
        yield f"Agreement of {len(counts.raters)} raters, as it came out before anybody looked at differences:\n"
        totals = [row for row in counts.agreement if row.label is None]
        yield _table(
            ["layer", "of", "metric", "agreement"], [[row.layer, row.task or "all", row.score.metric, row.shown] for row in totals]
        )
        yield "The raters are runs of one language model, which share its habits: an upper bound of what two people would reach.\n"
    if CONTRAST in facts.manifest.parts:
        yield "The minimal pairs of `contrast` were rated apart, shuffled, by two further runs, for threat language alone. They are a test of their own and never trained on.\n"
    yield from _residual(facts)


def _residual(facts: Facts) -> Iterator[str]:
    found = facts.manifest.residual
    if not found:
        yield "Residual error has not been estimated.\n"
        return
    yield f"**Residual error.** {found['passages']} of {facts.counts.total(facts.counts.passages)} passages were rated once more after all was done, by a run that had not seen gold (but the table of"
    yield f"entities), and each difference was judged: of {found['gold_spans']} gold spans there, {found['wrong']} were wrong and {found['missing']} missing. With this few, an error rate of"
    yield f"{residual.upper(found):.1%} cannot be excluded (95 %), and the judge was a language model too.\n"


def _splits(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Splits and leakage\n"
    yield "Documents on one event stay in one split; what was assigned never moves in a later version."
    yield f"Events in more than one split: {len(counts.split_events)}.\n" if counts.total(counts.documents) else ""
    for one, other, share in counts.closest:
        yield f"Closest texts of different splits: `{one}` and `{other}`, which share {share:.1%} of the five-word runs of the shorter one.\n"
    if not counts.compared:
        yield "The release is too large for its texts to have been compared across splits, and for agreement to have been computed.\n"
    elif not counts.closest:
        yield "No five-word run stands in two splits, among the texts that are here.\n"


def _baselines(facts: Facts) -> Iterator[str]:
    yield "## Baselines\n"
    if not facts.manifest.baselines:
        yield "None were computed for this release.\n"
        return
    trained = ", ".join(f"{count} documents of {split}" for split in SPLITS if (count := facts.manifest.trained_on.get(split)))
    yield f"Trained and scored on the texts that are in this release ({trained}), settings chosen on validation, test scored once. `gold` and `guessed` count what a value is of; below ten documents there is no interval, and no value says which model is better."
    yield METRICS
    rows = []
    for row in facts.manifest.baselines:
        counts = [row["gold"], row["guessed"], row["documents"]]
        rows.append([row["task"], row["model"], row["metric"], str(Row.from_plain(row).score), *counts])
    yield _table(["task", "model", "metric", "test", "gold", "guessed", "documents"], rows)


def _rights(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Rights\n"
    rows = []
    for origin, held in sorted(counts.licences.items()):
        rows += [[origin, licence, count] for licence, count in sorted(held.items())]
    yield _table(["origin of the text", "licence of the text", "documents"], rows)
    withheld = sum(count for name, count in counts.rights.items() if name in ("unknown", "restricted"))
    yield "Annotations are under CC BY 4.0, and so are open texts; see `LICENSES.md`."
    yield f"{withheld} {'text is' if withheld == 1 else 'texts are'} withheld because the rights are not ours: offsets, labels and span hashes are here, no word of it. Who has the text puts it back with"
    yield "`redline restore RELEASE --texts FOLDER`, which checks the text's hash and every span."
    if counts.rights["withdrawn"]:
        yield f"Withdrawn: {counts.rights['withdrawn']}; a removed entry is left, and the text will not be added again."
    yield "\n## Check it\n"
    yield f"`sha256sum -c SHA256SUMS`; `redline verify RELEASE` (written by redline {facts.manifest.tools['redline']}) also checks the digest, the types, the words of every span, and"
    yield "that every figure of this card follows from the data. Content digest:\n"
    yield f"`{facts.manifest.digest}`\n"
    yield "## Cite it\n"
    year = facts.manifest.date[:4]
    yield f"> The Redline maintainers ({year}). *Redline: an annotated corpus of conflict news*, version {facts.manifest.version}.\n"
    yield f"```bibtex\n{bibtex(facts.manifest.version, year)}\n```\n"
    yield "`CITATION.cff` has it for machines; `CHANGELOG.md` says what changed, label by label."


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(str(cell) for cell in head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
