"""The words in which people are asked about a sentence, on a terminal and in a browser."""

from collections.abc import Iterator

from msgspec import Struct

from redline.core.taxonomy import Taxonomy
from redline.curate.human_check import ACT, CRITICISM, Answer

WHICH = "Which?"
CRITICISES = "Does it criticise someone?"
ORDER = "If several acts fit, choose the first one in this list."


class Definition(Struct, frozen=True):
    """A word of the questions, and what it means."""

    title: str
    definition: str


def acts(taxonomy: Taxonomy) -> dict[str, str]:
    """Class of act -> its name in a question, in the order in which they are listed."""
    task = taxonomy.task(ACT)
    labels = taxonomy.layers[task.layer].by_label
    return {name: labels[name].title.lower() for name in task.classes}


def is_act(taxonomy: Taxonomy) -> str:
    """The question whether a sentence is one of the acts."""
    *titles, last = acts(taxonomy).values()
    return f"Is this {'an' if titles[0][0] in 'aeiou' else 'a'} {', '.join(titles)} or {last}?"


def said(answer: Answer, taxonomy: Taxonomy) -> str:
    """An answer in words."""
    act = "no act" if answer.act is None else acts(taxonomy)[answer.act]
    return f"{act}; {'criticism' if answer.criticises else 'no criticism'}"


def definitions(taxonomy: Taxonomy) -> Iterator[Definition]:
    """What the words of the questions mean."""
    for task in (taxonomy.task(ACT), taxonomy.task(CRITICISM)):
        for label in (taxonomy.layers[task.layer].by_label[name] for names in task.classes.values() for name in names):
            yield Definition(label.title, label.definition)
