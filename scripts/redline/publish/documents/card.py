"""The dataset card: every figure, table, example and definition in it comes from the release's own files."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from redline.core.corpus import SPLITS
from redline.curate.human_results import Agreement
from redline.measure.agreement import Figure
from redline.measure.rows import Row
from redline.project import json_of
from redline.project.cited import ALONE
from redline.publish import parquet, residual
from redline.publish.documents import front_matter
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import bibtex
from redline.publish.documents.prose import ABOUT, CANARY, COLUMNS, NEIGHBOURS, REMOVAL, USES, WEAKNESSES
from redline.publish.features import CONTRAST, REFERENCED_RATERS, REFERENCED_SENTENCES, REFERENCED_SPANS

METRICS = """\
`exact_f1` counts spans with the right bounds and label, `overlap_f1` shares of characters. `positive_f1`, `macro_f1` and `stance_mean_f1` count classes. `average_precision` measures the ranking; chance
is the share of positives. Of `brier`, less is better. `majority`, `cues` and `gazetteer` are trivial baselines; a useful model must beat them. Tasks on sentences and pairs
are scored on gold sentences and gold participants.
"""


def render(facts: Facts) -> str:
    """The README.md of a release."""
    parts = [*_head(facts), *_load(facts), *_contents(facts), USES, WEAKNESSES, *_labels(facts), *_made(facts), *_splits(facts)]
    parts += [*_baselines(facts), NEIGHBOURS, *_rights(facts), REMOVAL, *_check(facts)]
    return "---\n" + front_matter.head(facts.manifest, facts.taxonomy) + "---\n" + "\n".join(parts) + "\n"


def _head(facts: Facts) -> Iterator[str]:
    counts, manifest = facts.counts, facts.manifest
    made = counts.total(counts.documents) - counts.rights["withdrawn"]
    yield f"# Redline {manifest.version}\n"
    yield "An annotated corpus of conflict news in English: **entities**, **stance** (who is for or against whom) and **threat language**"
    yield "(threats, ultimatums, warnings, demands, and the hard negatives that look like them), as spans with offsets.\n"
    given = counts.total(counts.origins.get("given", Counter()))
    yield f"> **Texts and labels are machine-written.** Of {made} documents a language model wrote all but {given} for this project, and"
    yield f"> language models gave all labels. {_people(facts)} No figure here shows how well a model works on real news, or how"
    yield "> well people would agree.\n"
    yield from _real(facts)


def _real(facts: Facts) -> Iterator[str]:
    """How much real text the release refers to, where it does."""
    folder = facts.folder / "data" / REFERENCED_SENTENCES
    rows = [row for split in SPLITS for row in parquet.read(folder, split)]
    windows = {row["doc"]: row["window"] for row in rows}
    if rows:
        single = sum(window == ALONE for window in windows.values())
        documents = len(windows) - single
        yield f"**Real text is referred to, not contained.** `{REFERENCED_SPANS}` and `{REFERENCED_SENTENCES}` have the places, hashes and labels of"
        yield f"{documents} real speeches, statements and press releases ({len(rows) - single} sentences) and of {single} single sentences, without a word of"
        yield "them: `redline texts` brings the words. That is our choice; their licences would allow more. They are split by speaker.\n"


def _people(facts: Facts) -> str:
    """How much of gold people have checked, in a sentence."""
    found = facts.manifest.residual
    if not found.get("people_planned"):
        return "No person has checked a label."
    return f"People have checked {found['people_checked']} of {found['people_planned']} sentences without seeing a label."


def _load(facts: Facts) -> Iterator[str]:
    folder = f"redline-{facts.manifest.version}"
    yield "## Load it\n"
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
    yield "Offsets are half-open and count Unicode **code points**, as Python does: not bytes, not UTF-16 units. In every configuration they count from the start of"
    yield "the passage, which begins at `offset` of the text of its document."
    yield "`jsonl/` contains the open records as Prodigy tasks, `docbin/` as spaCy documents with `doc`, `passage` and `layers` in `user_data`."
    yield "Spans that begin or end inside a token are only in `data/`: " + _left_out(facts) + "."
    yield "A split without rows has no file: `load_dataset` loads the splits with a number in this table, and raises an error for others.\n"
    yield "| configuration | rows | " + " | ".join(SPLITS) + " |\n|---|---|" + "---:|" * len(SPLITS)
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
    """A row of the last split of threats: agreed and without doubt where there is one, with most values, then the shortest sentence."""
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
    yield "## What it contains\n"
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
    yield "Genres that begin with `ood-` are out of domain: they are not about conflicts.\n"


def _labels(facts: Facts) -> Iterator[str]:
    yield "## Labels\n"
    yield f"These are the definitions of guidelines {facts.manifest.guidelines} (scheme {facts.manifest.scheme}). Agreement is exact F1 between raters with its 95 % interval.\n"
    scores, real = (_by_label(found) for found in (facts.counts.agreement, facts.counts.referenced_agreement))
    for layer in facts.taxonomy.layers.values():
        yield f"### {layer.title}\n\n{layer.definition}\n"
        rows = []
        for label in layer.labels:
            count, place = facts.counts.total(facts.counts.labels[label.name]), (layer.layer, label.name)
            rows.append([f"`{label.name}`", label.definition, count, scores.get(place, ""), real.get(place, "")])
        yield _table(["label", "definition", "spans", "agreement", "agreement on real text"], rows)


def _by_label(figures: Sequence[Figure]) -> dict[tuple[str | None, str | None], str]:
    """(layer, label) -> exact F1 between raters."""
    return {(row.layer, row.label): row.shown for row in figures if row.score.metric == "exact_f1"}


def _made(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## How it was made\n"
    yield "A language model wrote or retold the texts for this project. They were divided into passages and sentences, and not changed afterwards. The raters below"
    yield "marked each text independently, from the guidelines alone. A language model decided each difference with a reason; ambiguous spans are `unsure`."
    yield "The configuration `raters` has what each rater marked.\n"
    yield from _raters(facts)
    if counts.how:
        yield _table(["gold spans", "number"], [[name, count] for name, count in sorted(counts.how.items())])
        yield "*agreed*: every rater gave the same place, label and attributes. *decided*: the adjudicator chose one rater's reading. *edited*: gold has a reading that no"
        yield "rater gave. *added*: no rater had marked it.\n"
    if counts.agreement:
        yield "Agreement of the raters, computed before differences were decided:\n"
        yield _figures(counts.agreement)
        yield "Raters that are runs of one language model share its habits, so two people would probably agree less.\n"
    if counts.referenced_agreement:
        yield f"Agreement of the raters of real text, before differences were decided (`{REFERENCED_RATERS}` has what each marked):\n"
        yield _figures(counts.referenced_agreement)
    if CONTRAST in facts.manifest.parts:
        yield "The passages of `contrast` were rated separately, in random order, by two other runs, only for threat language. Its split `test` is a test of its own. The baselines learn from its split `train`, where there is one.\n"
    yield from _residual(facts)
    yield from _human_check(facts)


def _figures(figures: Sequence[Figure]) -> str:
    """The figures of whole layers and tasks."""
    rows = [[row.layer, row.task or "all", row.score.metric, row.shown] for row in figures if row.label is None]
    return _table(["layer", "of", "metric", "agreement"], rows)


def _raters(facts: Facts) -> Iterator[str]:
    """Who rated, from which guidelines, and when: the raters of the release that are described."""
    described = json_of(facts.folder / "raters.json", dict[str, dict[str, str]], {})
    rows = [
        [f"`{name}`", *(described[name].get(key, "") for key in ("kind", "guidelines", "date", "how"))]
        for name in facts.counts.raters
        if name in described
    ]
    if rows:
        yield _table(["rater", "kind", "guidelines", "date", "how"], rows)


def _human_check(facts: Facts) -> Iterator[str]:
    rows = facts.manifest.people
    if not rows:
        return
    yield f"**People and gold.** {_people(facts)} A third of the sentences are drawn from those of which a model is sure, a third are near its threshold, and"
    yield "the rest are drawn at random, so these figures are not those of the corpus as a whole:\n"
    yield _table(["label", "answers", "in gold", "by people", "both", "Cohen's kappa", "F1"], [_agreement(row) for row in rows])


def _agreement(row: Agreement) -> list[object]:
    kappa, f1 = ("undefined" if value is None else f"{value:.3f}" for value in (row.kappa, row.f1))
    return [row.label, row.answers, row.gold, row.people, row.both, kappa, f1]


def _residual(facts: Facts) -> Iterator[str]:
    found = facts.manifest.residual
    if "gold_spans" not in found:
        yield "The error rate of gold has not been estimated.\n"
        return
    yield f"**Residual error.** {found['passages']} of {facts.counts.total(facts.counts.passages)} passages were rated again at the end, by a run that saw the entity table but not"
    yield f"gold. Each difference was judged: of {found['gold_spans']} gold spans there, {found['wrong']} were wrong and {found['missing']} missing. With this few, an error rate of"
    yield f"{residual.upper(found):.1%} cannot be excluded (95 %). The judge was a language model.\n"


def _splits(facts: Facts) -> Iterator[str]:
    counts = facts.counts
    yield "## Splits and leakage\n"
    yield "Documents on one event are in one split. When a document moves to another split, the major version changes."
    yield f"Events in more than one split: {len(counts.split_events)}.\n" if counts.total(counts.documents) else ""
    for one, other, share in counts.closest:
        yield f"Closest texts of different splits: `{one}` and `{other}`, which share {share:.1%} of the five-word runs of the shorter one.\n"
    if not counts.compared:
        yield "The release is too large: texts were not compared across splits, and agreement was not computed.\n"
    elif not counts.closest:
        yield "No five words in a row occur in two splits, among the texts of this release.\n"


def _baselines(facts: Facts) -> Iterator[str]:
    yield "## Baselines\n"
    if not facts.manifest.baselines:
        yield "This release has no baselines.\n"
        return
    trained = ", ".join(f"{count} documents of {split}" for split in SPLITS if (count := facts.manifest.trained_on.get(split)))
    yield f"The models were trained and scored on the texts of this release ({trained}). Settings were chosen on validation, and test was scored once. `gold` and `guessed`"
    yield "are the numbers of spans or units behind a score. Below ten documents there is no interval, and no value shows which model is better."
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
    yield f"{withheld} {'text is' if withheld == 1 else 'texts are'} withheld because we do not own the rights. The release has its offsets, labels and span hashes, but no words. If you have the text, restore it with"
    yield "`redline restore RELEASE --texts FOLDER`, which checks the hash of the text and every span."
    if counts.rights["withdrawn"]:
        yield f"Withdrawn: {counts.rights['withdrawn']}. The entry remains without its text, and the text will not be added again."
    yield ""


def _check(facts: Facts) -> Iterator[str]:
    yield "## Check it\n"
    yield f"`sha256sum -c SHA256SUMS`; `redline verify RELEASE` (written by redline {facts.manifest.tools['redline']}) also checks the digest, the types, the words of every span, and"
    yield "that the figures of this card match the data. `manifest.json` has the commit of the build. Content digest:\n"
    yield f"`{facts.manifest.digest}`\n"
    yield f"Canary string, to filter this release from training data or to find it in a model: `{CANARY}`.\n"
    yield "## Cite it\n"
    year = facts.manifest.date[:4]
    yield f"> The Redline maintainers ({year}). *Redline: an annotated corpus of conflict news*, version {facts.manifest.version}.\n"
    yield f"```bibtex\n{bibtex(facts.manifest.version, year)}\n```\n"
    yield "`CITATION.cff` has the same in machine-readable form. `CHANGELOG.md` counts the changes by label."


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(str(cell) for cell in head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
