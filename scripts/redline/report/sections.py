"""What the sections of the report show: figures, tables and the gallery, as HTML."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import combinations

from redline import project
from redline.core.corpus import SPLITS
from redline.core.task import Task
from redline.curate import agree
from redline.measure import classes, evaluate
from redline.measure.corpus_counts import corpus_counts
from redline.measure.errors import outcomes
from redline.measure.rows import Row
from redline.measure.score import Bootstrap, Score
from redline.project import Project
from redline.report import errors as cards
from redline.report import plots
from redline.report.data import SHARES, Evidence, Judgement

NOTHING = "nothing"
ORIGINS = """Agreed: every rater gave the same place, label and attributes. Decided: one reading was taken. Edited: gold has what no
rater said. Added: nobody had marked it."""
COMPARED = """Scored on test, from which nothing was learned or chosen; of brier, less is better. Beside each value: how many are in
gold, how many were guessed, in how many documents. Below ten documents there is no interval and no p: such values do not
say which model is better."""
CURVES = """On test; the numbers at the points of the calibration plot are units."""
CONFUSED = """On test, the model with the best score on validation: a row is what gold says, a column what was guessed. Of spans, those that
overlap are joined one to one, those of one label first."""
LEARNT = """Trained on growing shares of the training documents, scored on validation, where settings were chosen too: read the slope, not
the height. Mean over draws of the documents: """
GALLERY = """On validation, the best model of each task: whoever looks at errors on test soon tunes to it. Gold is the line above the words,
the guess the line below."""


def corpus(here: Project) -> Iterator[str]:
    """What the corpus holds."""
    corpus, taxonomy = project.load(here), here.taxonomy()
    counts = {name: corpus_counts(corpus.split(name), taxonomy) for name in SPLITS}
    whole = corpus_counts(list(corpus.documents.values()), taxonomy)
    tiles = {"documents": whole.documents, "passages": whole.passages, "sentences": whole.sentences, "words": whole.words}
    tiles |= {"spans": sum(whole.labels.values())} | {f"spans {how}": count for how, count in whole.origins.items()}
    yield '<ul class="tiles">' + "".join(f"<li><b>{count:,}</b>{name}</li>" for name, count in tiles.items()) + "</ul>"
    yield _note(ORIGINS)
    for layer in taxonomy.layers.values():
        rows = {label: {name: held.labels[label] for name, held in counts.items()} for label in layer.by_label}
        yield _plot(plots.bars(f"Spans of layer {layer.layer} by label and split", rows), f"{layer.title}: spans by label and split")
    genres: dict[str, Counter[str]] = {}
    for doc, split in corpus.splits.items():
        genres.setdefault(corpus.sources[doc].seed.genre, Counter())[split] += 1
    rows = {genre: {name: held[name] for name in SPLITS} for genre, held in sorted(genres.items())}
    yield _plot(plots.bars("Documents by genre and split", rows), "Documents by genre and split")


def agreement(here: Project, bootstrap: Bootstrap) -> Iterator[str]:
    """How far raters agree."""
    figures = agree.rows(here, None, bootstrap)
    for layer in here.taxonomy().layers.values():
        rows: dict[str, dict[str, plots.Interval]] = {}
        for row in figures:
            interval = _interval(row.score)
            if row.layer == layer.layer and not row.task and interval and row.score.metric in ("exact_f1", "u_alpha"):
                rows.setdefault(row.label or "all", {})[row.score.metric] = interval
        title = f"Agreement on {layer.layer}"
        if rows:
            caption = f"{layer.title}: exact F1 between raters, and alpha for unitizing by characters"
            yield _plot(plots.dots(title, rows, "agreement"), caption)
    others = [row for row in figures if row.score.metric in ("alpha", "relation_f1", "triple_f1")]
    body = [
        [row.layer or "", " ".join(filter(None, (row.task, row.label))) or "all", row.score.metric, *_shown(row), str(row.documents)]
        for row in others
    ]
    head = ["layer", "of", "metric", "value", "", "interval", "documents"]
    yield _table(
        head, body, "Relations, stance triples, classes of sentences, attributes of matched spans, and pairs of mentions of one act"
    )
    worst = [one for one in agree.by_document(here, None) if one.exact_f1 is not None][:10]
    cells = [[one.document, f"{one.exact_f1:.3f}"] for one in worst]
    yield _table(["document", "exact F1"], cells, "The ten documents with the least agreement")


def _interval(score: Score) -> plots.Interval | None:
    if score.value is None:
        return None
    return score.value, score.value if score.low is None else score.low, score.value if score.high is None else score.high


def _shown(row: Row) -> list[str]:
    """A value, its picture and its interval as cells."""
    interval = _interval(row.score)
    if interval is None:
        return ["undefined", "", ""]
    value, low, high = interval
    left, width, mark = (f"{100 * min(1, max(0, part)):.1f}%" for part in (low, high - low, value))
    picture = f'<span class="range"><i style="left:{left};width:{width}"></i><b style="left:{mark}"></b></span>'
    return [f"{value:.3f}", picture, "too few documents" if row.score.low is None else f"{low:.3f} to {high:.3f}"]


def _counts(row: Row) -> list[str]:
    return ["" if count is None else str(count) for count in (row.score.gold, row.score.guessed, row.score.documents)]


def leaderboard(evidence: Evidence, bootstrap: Bootstrap) -> Iterator[str]:
    """How the models score, and which differences can be told from chance."""
    yield _note(COMPARED)
    if evidence.stale:
        yield _note(escape(evidence.stale))
    for task, held in evidence.by_task():
        yield f"<h3>{escape(task.title)}</h3>"
        rows = [(one.model, row) for one in held for row in _scores(task, one, evidence, bootstrap)]
        body = [[escape(model), row.score.metric, *_shown(row), *_counts(row)] for model, row in rows]
        yield _table(["model", "metric", "value", "", "interval", "gold", "guessed", "documents"], body, task.name)
        pairs = [_compared(task, one, other, evidence, bootstrap) for one, other in combinations(held, 2)]
        if pairs:
            yield _table(["first", "second", "difference", "interval", "p"], pairs, f"{task.metric}: first minus second")


def _scores(task: Task, one: Judgement, evidence: Evidence, bootstrap: Bootstrap) -> list[Row]:
    rows = evaluate.task_rows(task, [evaluate.beside(evidence.test, one.test)], evidence.taxonomy, bootstrap)
    return [row for row in rows if row.total]


def _compared(task: Task, one: Judgement, other: Judgement, evidence: Evidence, bootstrap: Bootstrap) -> list[str]:
    systems = [evaluate.beside(evidence.test, judgement.test) for judgement in (one, other)]
    names = [escape(one.model), escape(other.model)]
    difference = evaluate.task_rows(task, systems, evidence.taxonomy, bootstrap)[0].difference
    if difference is None or difference.value is None:
        return [*names, "undefined", "", ""]
    if difference.low is None or difference.p is None:
        return [*names, f"{difference.value:+.3f}", "too few documents", ""]
    return [*names, f"{difference.value:+.3f}", f"{difference.low:+.3f} to {difference.high:+.3f}", f"{difference.p:.3f}"]


def curves(evidence: Evidence) -> Iterator[str]:
    """Precision by recall, and calibration, of the tasks with one class."""
    yield _note(CURVES)
    for task, held in evidence.by_task():
        if task.shape != "classify" or len(task.classes) != 1:
            continue
        name = next(iter(task.classes))
        judged = {one.model: evaluate.judged(task, evaluate.beside(evidence.test, one.test), evidence.taxonomy) for one in held}
        ranked = {model: _curve(system, name) for model, system in judged.items()}
        yield f"<h3>{escape(task.title)}</h3>"
        yield _plot(
            plots.curves(f"Precision and recall of {task.name}", ranked, ("recall", "precision"), steps=True), "Precision by recall"
        )
        bins = {
            model: [(one.mean_score, one.positive_share, one.count) for one in classes.reliability(system, name)]
            for model, system in judged.items()
        }
        yield _plot(plots.calibration(f"Calibration of {task.name}", bins), "Share of positives by mean score")


def _curve(system: classes.System, name: str) -> list[tuple[float, float]]:
    flat = [(gold == name, guess.scores.get(name, 0.0)) for held in system for gold, guess in held]
    found = classes.precision_recall([gold for gold, _ in flat], [score for _, score in flat])
    return [(0.0, found[0][1]), *found] if found else []


def confusions(evidence: Evidence) -> Iterator[str]:
    """What is taken for what."""
    yield _note(CONFUSED)
    for task, held in evidence.by_task():
        one = max(held, key=lambda judgement: judgement.validation_score)
        counts: Counter[tuple[str, str]] = Counter()
        if task.shape == "spans":
            for record, labelled in zip(evidence.test, one.test, strict=True):
                if record.annotated(task.layer):
                    found = outcomes(record.layer(task.layer), labelled.layer(task.layer))
                    counts.update((o.gold.label if o.gold else NOTHING, o.guess.label if o.guess else NOTHING) for o in found)
            names = [*evidence.taxonomy.layers[task.layer].by_label, NOTHING]
        else:
            judged = evaluate.judged(task, evaluate.beside(evidence.test, one.test), evidence.taxonomy)
            counts.update((gold, guess.label) for document in judged for gold, guess in document)
            names = [*task.classes, task.none]
        yield f"<h3>{escape(task.title)}, {escape(one.model)}</h3>"
        yield _heat(counts, [name for name in names if any(name in pair for pair in counts)])


def _heat(counts: Counter[tuple[str, str]], names: Sequence[str]) -> str:
    """A confusion table whose cells are shaded by their share of the row."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    lines = [f'<div class="scroll"><table><tr><th>gold</th>{head}</tr>']
    for gold in names:
        total = sum(counts[gold, guess] for guess in names) or 1
        cells = (
            f'<td class="heat" style="--share:{0.7 * counts[gold, guess] / total:.2f}">{counts[gold, guess] or "·"}</td>' for guess in names
        )
        lines.append(f"<tr><th>{escape(gold)}</th>{''.join(cells)}</tr>")
    return "".join(lines) + "</table></div>"


def learning(evidence: Evidence) -> Iterator[str]:
    """How scores grow with the training documents."""
    if not evidence.learning:
        yield "<p>Left out.</p>"
        return
    yield _note(LEARNT + f"{evidence.orders}.")
    if missing := [name for name, points in evidence.learning.items() if len(points) < len(SHARES)]:
        yield _note(f"Without a point at each share, since a model could not be trained there: {escape('; '.join(missing))}.")
    yield _plot(
        plots.curves(
            "Learning curve",
            {name: points for name, points in evidence.learning.items() if points},
            ("share of the training documents", "headline metric on validation"),
        ),
        "",
    )


def gallery(evidence: Evidence) -> Iterator[str]:
    """Every error on validation."""
    yield _note(GALLERY)
    best = {task.name: max(held, key=lambda one: one.validation_score) for task, held in evidence.by_task()}
    found = [
        card
        for task, _ in evidence.by_task()
        for card in cards.cards(task, evidence.validation, best[task.name].validation, evidence.taxonomy)
    ]
    yield from cards.html(found, {name: one.model for name, one in best.items()})


def _note(text: str) -> str:
    return f'<p class="dim">{text}</p>'


def _plot(svg: str, caption: str) -> str:
    return f'<figure tabindex="0">{svg}<figcaption>{escape(caption)}</figcaption></figure>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table; cells are HTML already."""
    top = "".join(f"<th>{name}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><caption>{escape(caption)}</caption><tr>{top}</tr>{body}</table></div>'
