"""The columns of all configurations with their meanings: the table of a card."""

from collections.abc import Iterator

from msgspec import Struct

from redline.core.taxonomy import Taxonomy
from redline.publish.documents.markdown import table
from redline.publish.features import (
    BARE,
    CONTRAST,
    DOCUMENTS,
    RATERS,
    REFERENCED_RATERS,
    REFERENCED_SENTENCES,
    REFERENCED_SPANS,
    RELATIONS,
    SENTENCES,
    configuration,
    features,
    flat_layers,
    sentence_tasks,
)


class Column(Struct, frozen=True):
    """Columns with one meaning, in the configurations that are listed; `shown` replaces their names in the table."""

    names: tuple[str, ...]
    configurations: tuple[str, ...]
    meaning: str
    shown: str = ""


def columns(taxonomy: Taxonomy) -> list[Column]:
    """Every column of every configuration, once."""
    flat = tuple(configuration(layer) for layer in flat_layers(taxonomy))
    spans, sentences = (*flat, RATERS, REFERENCED_SPANS), (SENTENCES, REFERENCED_SENTENCES)
    rows = (*flat, RELATIONS, SENTENCES, RATERS, *BARE)
    tasks = tuple(task.name for task in sentence_tasks(taxonomy))
    ends = tuple(f"{end}_{name}" for end in ("head", "child") for name in ("id", "label", "start", "end", "text"))
    return [
        Column(("doc",), (DOCUMENTS, *rows), "the id of the document"),
        Column(("passage",), (*rows, CONTRAST), "the number of the passage in the document or group, from 0"),
        Column(("id",), spans, "the id of the span in the passage; with `doc` and `passage` it identifies a span in every configuration"),
        Column(("start", "end"), spans, "the bounds of the span in the passage, in code points; the end is not included"),
        Column(("start", "end"), sentences, "the bounds of the sentence in the passage, in code points; the end is not included"),
        Column(("offset", "length"), (CONTRAST, *BARE), "the position and length of the passage in its text, in code points"),
        Column(("text",), (DOCUMENTS,), "the whole text; null if it is withheld"),
        Column(("text",), (*flat, RATERS), "the words of the span; null if the text is withheld"),
        Column(("text",), (SENTENCES,), "the words of the sentence; null if the text is withheld"),
        Column(("text",), (CONTRAST,), "the words of the passage"),
        Column(("text",), (REFERENCED_SPANS, REFERENCED_SENTENCES), "always null, because the release has no words of these texts"),
        Column(("sentence",), flat, "the words of the sentence with the span; null if the text is withheld"),
        Column(("sentence",), sentences, "the number of the sentence in the passage, from 0"),
        Column(("sentence_start", "sentence_end"), flat, "the bounds of the sentence with the span in the passage"),
        Column(("span_hash",), flat, "for withheld texts: a hash to check the words of the span, if you have the text"),
        Column(("layer",), (RELATIONS,), "the layer of the head of the relation"),
        Column(("layer",), (RATERS, REFERENCED_SPANS), "the layer of the span"),
        Column(
            ("layers",), (CONTRAST, RATERS, REFERENCED_SENTENCES, REFERENCED_RATERS),
            "the layers that were annotated in the passage (by the rater, if the row has one). A layer that is not listed is unknown, not empty",
        ),
        Column(("label",), spans, "the label of the span, as a string; `labels.json` gives each a number that never changes"),
        Column(("label",), (RELATIONS,), "the label of the relation"),
        *(
            Column(tuple(a.name for a in layer.attributes), (configuration(layer),), "attributes of the spans; `labels.json` and the guidelines define them; null if the label does not have the attribute")
            for layer in flat_layers(taxonomy)
        ),
        Column(("attributes",), (RATERS, REFERENCED_SPANS), "the attributes of the span as a list of names and values"),
        Column(("origin",), (*flat, REFERENCED_SPANS), 'how the gold span was made (see "Method")'),
        Column(("origin",), (DOCUMENTS,), "the origin of the text: `fiction`, `account` (of documented history) or `given`"),
        Column(("raters",), (*flat, REFERENCED_SPANS), "the raters who gave the span these bounds and this label"),
        Column(("raters",), (DOCUMENTS,), "the raters who labelled the document"),
        Column(("relations",), (RATERS, REFERENCED_SPANS), "the relations whose head is the span, each with its label and the id of the child"),
        Column(ends, (RELATIONS,), "the two ends of the relation: id, label, bounds and words", "`head_*`, `child_*`"),
        Column(tasks, sentences, "the class of the sentence for the task of that name; null if the layer was not annotated"),
        Column(("rater",), (RATERS, REFERENCED_RATERS), "the rater who marked the span, or labelled the passage"),
        Column(("set", "group", "edit"), (CONTRAST,), "the set, the group of the passage, and the kind of difference from the first passage of the group"),
        Column(
            ("passages",), (DOCUMENTS,),
            "the passages as a list: number, offset, length, words, annotated layers, sentences, spans with attributes and origin, relations, and the layers of each rater",
        ),
        Column(("sentences", "spans", "relations"), (CONTRAST, REFERENCED_RATERS), "the parts of the passage, each as a list; a span has its attributes as a list of names and values"),
        Column(("title", "event", "language", "sources"), (DOCUMENTS,), "of the document; all documents on one event are in the same split; the title of a withheld text is withheld"),
        Column(("genre", "date"), (DOCUMENTS, REFERENCED_SENTENCES), "of the document"),
        Column(("license",), (DOCUMENTS, REFERENCED_SENTENCES), "the licence of the text"),
        Column(("rights", "author"), (DOCUMENTS,), "of the text; `open` texts are in the release"),
        Column(("scheme",), (DOCUMENTS,), "the version of the labels of the document"),
        Column(("sha256",), (DOCUMENTS, REFERENCED_SENTENCES), "the hash of the text of the document, in UTF-8"),
        Column(("passage_sha256",), BARE, "the hash of the passage, to check that the offsets belong to the annotated words"),
        Column(
            ("repository", "commit", "path", "line", "field", "file_sha256"), (REFERENCED_SENTENCES,),
            "the file of the passage with its hash, and for a file of JSON lines the line and the key of the text",
        ),
        Column(
            ("file_start", "file_end"), (REFERENCED_SENTENCES,),
            "the bounds of the passage in that file or field, in code points; white space is replaced by single spaces",
        ),
        Column(("window", "speaker", "country"), (REFERENCED_SENTENCES,), "the method of choosing the passages of the document, the speaker, and the speaker's country"),
    ]  # fmt: skip


def rendered(taxonomy: Taxonomy) -> str:
    """The table of the columns: their names, the configurations that have them, and what they mean."""
    return table(["column", "configurations", "meaning"], list(_rows(taxonomy)))


def _rows(taxonomy: Taxonomy) -> Iterator[list[str]]:
    every = list(features(taxonomy))
    for one in columns(taxonomy):
        names = one.shown or ", ".join(f"`{name}`" for name in one.names)
        yield [names, ", ".join(f"`{name}`" for name in every if name in one.configurations), one.meaning]
