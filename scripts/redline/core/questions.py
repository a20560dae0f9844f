"""The questions of a layer, asked one by one, and where each answer leads, as `schemas/questions.json` describes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.layer import Layer
from redline.core.taxonomy import Taxonomy

NAME = "questions.json"
Step = int | list[str | None]
"""The number of a question, or the labels that remain (None: no label)."""


class Fork(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the two answers to a question lead."""

    yes: Step
    no: Step


class Questions(Struct, frozen=True, forbid_unknown_fields=True):
    """A fork for each question of the layer `about`."""

    about: str
    forks: list[Fork]

    def after(self, answers: Mapping[int, bool]) -> Step:
        """The step after answers by number of question, in the order in which they were given; True is yes.

        Raises ValueError when a question is answered that the answers before it do not lead to.
        """
        step: Step = 1
        for number, yes in answers.items():
            if number != step:
                raise ValueError(f"question {number} is answered, but the answers before it lead to {_named(step)}")
            fork = self.forks[number - 1]
            step = fork.yes if yes else fork.no
        return step


def read(folder: Path, taxonomy: Taxonomy) -> Questions | None:
    """The questions of a schema folder; None without the file.

    Raises RedlineError when it has another shape, with a line for each problem.
    """
    path = folder / NAME
    if not path.exists():
        return None
    questions = of_file(path, Questions, "does not contain questions", "about and forks with yes and no")
    if questions.about not in taxonomy.layers:
        raise RedlineError(f"{path}: unknown layer `{questions.about}`; there are {', '.join(taxonomy.layers)}")
    if lines := [f"{path}: {line}" for line in _problems(questions.forks, taxonomy.layers[questions.about])]:
        raise RedlineError("\n".join(lines))
    return questions


def _problems(forks: list[Fork], layer: Layer) -> Iterator[str]:
    if not forks or len(forks) != len(layer.questions):
        yield f"there are {len(forks)} forks and {len(layer.questions)} questions of {layer.layer}; needed: one fork a question"
    for number, fork in enumerate(forks, 1):
        for answer, step in (("yes", fork.yes), ("no", fork.no)):
            if isinstance(step, int):
                lines = [] if number < step <= len(forks) else [f"question {step}; needed: a later question, at most {len(forks)}"]
            else:
                lines = list(_labels(step, layer))
            yield from (f"question {number}: {answer} leads to {line}" for line in lines)


def _labels(labels: list[str | None], layer: Layer) -> Iterator[str]:
    if not labels or len(set(labels)) != len(labels):
        yield f"{_named(labels)}; needed: at least one label (null: no label), each once"
    for label in labels:
        if label is not None and label not in layer.by_label:
            yield f"unknown label `{label}`; there are {', '.join(layer.by_label)}"


def _named(step: Step) -> str:
    if isinstance(step, int):
        return f"question {step}"
    return ", ".join(label or "no label" for label in step) or "nothing"
