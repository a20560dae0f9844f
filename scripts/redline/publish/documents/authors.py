"""Who wrote the texts of a release and who labelled them, in sentences: counted from authors, raters and decisions."""

from collections import Counter

from redline.project import json_of
from redline.publish.documents.facts import Facts

MODEL, UNKNOWN = "language model", "unknown"
"""Two authors of seeds, the first also a kind of raters; every other one is a person or an organisation."""


def described(facts: Facts) -> dict[str, dict[str, str]]:
    """The raters that raters.json describes."""
    found: dict[str, dict[str, str]] = json_of(facts.folder / "raters.json", dict[str, dict[str, str]], {})
    return found


def machine_texts(facts: Facts) -> bool:
    """Whether each known author of a text is a language model."""
    return only_models(facts.counts.authors)


def only_models(authors: Counter[str]) -> bool:
    """Whether each known author of texts, counted by author, is a language model."""
    return not _others(authors)


def machine_labels(facts: Facts) -> bool:
    """Whether no rater is described as something else than a language model, and no decision is by people."""
    return not _others(_kinds(facts)) and not facts.manifest.residual.get("decisions_by_people")


def texts(facts: Facts) -> str:
    """Who wrote the documents, in a sentence."""
    return written_by(facts.counts.authors)


def written_by(authors: Counter[str]) -> str:
    """Who wrote documents, which are counted by author, in a sentence."""
    total, model, unknown, others = sum(authors.values()), authors[MODEL], authors[UNKNOWN], _others(authors)
    if total == model:
        return f"A language model wrote all {total} documents for this project."
    parts = [f"A language model wrote {model} of the {total} documents for this project"]
    parts += [f"people or organisations wrote {others}"] if others else []
    parts += [f"the author of {unknown} is unknown"] if unknown else []
    return "; ".join(parts) + "."


def labels(facts: Facts) -> str:
    """Who labelled, in one or two sentences."""
    kinds = _kinds(facts)
    if machine_labels(facts):
        return "Language models assigned all labels."
    if not _others(kinds):
        return f"The raters are language models. {decisions(facts)}"
    return f"{kinds[MODEL]} of the {sum(kinds.values())} raters are language models. {decisions(facts)}"


def decisions(facts: Facts) -> str:
    """Who decided the differences between raters, in a sentence."""
    found = facts.manifest.residual
    if "decisions" not in found:
        return "Each difference was decided, with a reason."
    people, number = found["decisions_by_people"], found["decisions"]
    if not people:
        return "A language model decided each difference and gave a reason."
    if people == number:
        return "People decided each difference and gave a reason."
    return f"People made {people} of the {number} decisions on differences, and a language model made the others. Each has a reason."


def _kinds(facts: Facts) -> Counter[str]:
    """How many raters of the release there are of each kind, as far as they are described."""
    known = described(facts)
    return Counter(known[name].get("kind", UNKNOWN) for name in facts.counts.raters or known if name in known)


def _others(counted: Counter[str]) -> int:
    return sum(counted.values()) - counted[MODEL] - counted[UNKNOWN]
