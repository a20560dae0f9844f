"""How a release was made, for its card: labels with their agreement, raters, the check by people, the errors that are left."""

from collections.abc import Iterator, Sequence

from redline.curate.human_results import Agreement
from redline.measure.agreement import Figure
from redline.publish import residual
from redline.publish.documents import authors
from redline.publish.documents.facts import Facts
from redline.publish.documents.markdown import table
from redline.publish.documents.prose import OUTSIDE
from redline.publish.features import CONTRAST, REFERENCED_RATERS


def people(facts: Facts) -> str:
    """How much of gold people have checked, in a sentence."""
    found = facts.manifest.residual
    if not found.get("people_planned"):
        return "No person has checked a label."
    return f"People have checked {found['people_checked']} of {found['people_planned']} sentences without seeing a label."


def labels(facts: Facts) -> Iterator[str]:
    """The definition of each label, its number of spans, and the agreement on it."""
    yield "## Labels\n"
    yield f"These are the definitions of guidelines {facts.manifest.guidelines} (scheme {facts.manifest.scheme}). Agreement is exact F1 between raters with its 95 % interval.\n"
    scores, real = (_by_label(found) for found in (facts.counts.agreement, facts.counts.referenced_agreement))
    for layer in facts.taxonomy.layers.values():
        yield f"### {layer.title}\n\n{layer.definition}\n"
        rows = []
        for label in layer.labels:
            count, place = facts.counts.total(facts.counts.labels[label.name]), (layer.layer, label.name)
            rows.append([f"`{label.name}`", label.definition, count, scores.get(place, ""), real.get(place, "")])
        yield table(["label", "definition", "spans", "agreement", "agreement on real text"], rows)


def _by_label(figures: Sequence[Figure]) -> dict[tuple[str | None, str | None], str]:
    """(layer, label) -> exact F1 between raters."""
    return {(row.layer, row.label): row.shown for row in figures if row.score.metric == "exact_f1"}


def made(facts: Facts) -> Iterator[str]:
    """Who labelled, how gold was made, agreement, people, and the errors that are left."""
    counts = facts.counts
    yield "## Method\n"
    yield f"{authors.texts(facts)} The texts were divided into passages and sentences, and not changed afterwards. The raters below"
    yield f"labelled each text independently, by the guidelines only. {authors.decisions(facts)} Ambiguous spans are `unsure`."
    yield "The configuration `raters` contains the labels of each rater.\n"
    yield from _raters(facts)
    if counts.how:
        yield table(["gold spans", "number"], [[name, count] for name, count in sorted(counts.how.items())])
        yield "*agreed*: every rater gave the same bounds, label and attributes. *decided*: the adjudicator chose the answer of one rater. *edited*: gold has an answer that no"
        yield "rater gave. *added*: no rater marked the span.\n"
    if counts.agreement:
        yield "Agreement of the raters, computed before differences were decided:\n"
        yield _figures(counts.agreement)
        if authors.machine_labels(facts):
            yield "The raters are runs of one language model and make similar decisions, so two people would probably agree less.\n"
    if counts.referenced_agreement:
        yield f"Agreement of the raters of real text, computed before differences were decided (`{REFERENCED_RATERS}` contains the labels of each rater):\n"
        yield _figures(counts.referenced_agreement)
        yield OUTSIDE
    if CONTRAST in facts.manifest.parts:
        yield "The passages of `contrast` were rated separately, in random order, by two other runs, only for threat language. Its split `test` is a separate test. The baselines are trained on its split `train`, if it has one.\n"
    yield from _suggested(facts)
    yield from _residual(facts)
    yield from _human_check(facts)


def _figures(figures: Sequence[Figure]) -> str:
    """The figures of whole layers and tasks."""
    rows = [[row.layer, row.task or "all", row.score.metric, row.shown] for row in figures if row.label is None]
    return table(["layer", "of", "metric", "agreement"], rows)


def _raters(facts: Facts) -> Iterator[str]:
    """Who rated, from which guidelines, and when: the raters of the release that are described."""
    described = authors.described(facts)
    rows = [
        [f"`{name}`", *(described[name].get(key, "") for key in ("kind", "guidelines", "date", "how"))]
        for name in facts.counts.raters
        if name in described
    ]
    if rows:
        yield table(["rater", "kind", "guidelines", "date", "how"], rows)


def _human_check(facts: Facts) -> Iterator[str]:
    rows = facts.manifest.people
    if not rows:
        return
    yield f"**People and gold.** {people(facts)} A third of the sentences has high scores of a model, a third has scores near its threshold, and"
    yield "the rest is random. These figures therefore do not describe the corpus as a whole:\n"
    yield table(["label", "answers", "in gold", "by people", "both", "Cohen's kappa", "F1"], [_agreement(row) for row in rows])


def _agreement(row: Agreement) -> list[object]:
    kappa, f1 = ("undefined" if value is None else f"{value:.3f}" for value in (row.kappa, row.f1))
    return [row.label, row.answers, row.gold, row.people, row.both, kappa, f1]


def _suggested(facts: Facts) -> Iterator[str]:
    """How many labels of gold began as a suggestion, in a sentence; nothing if the release does not count them."""
    number = facts.manifest.residual.get("suggested_spans")
    if number == 0:
        yield "No gold label began as a suggestion of a model.\n"
    elif number:
        yield f"{number} gold labels began as suggestions of a model that a rater accepted.\n"


def _residual(facts: Facts) -> Iterator[str]:
    found = facts.manifest.residual
    if "gold_spans" not in found:
        yield "The error rate of gold has not been estimated.\n"
        return
    yield f"**Residual error.** {found['passages']} of {facts.counts.total(facts.counts.passages)} passages were labelled again at the end, by a run with the entity table but without"
    yield f"gold. A language model judged each difference: of {found['gold_spans']} gold spans, {found['wrong']} were wrong and {found['missing']} missing. With so few spans, an error rate of"
    yield f"{residual.upper(found):.1%} cannot be excluded (95 %).\n"
