"""Rules on a record as a whole: its document, answer, sentences, layers and scheme."""

import re
from collections.abc import Iterator

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record
from redline.core.suggest import nearest
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule

ANSWERS = ("accept", "reject", "ignore")
_id = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@rule("RL015", words=False)
def document_id(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A document id has lower-case ASCII letters, digits and single hyphens, and at most 64 characters.

    Wrong: `"doc": "Dam Wire"`
    Right: `"doc": "dam-wire"`
    """
    doc = record.meta.doc
    if len(doc) > 64 or not _id.fullmatch(doc):
        yield Problem(f"`{doc}` is not a document id", hint="use lower-case words joined by hyphens")


@rule("RL016", words=False)
def unknown_answer(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The answer of a record is accept, reject or ignore.

    Wrong: `"answer": "accepted"`
    Right: `"answer": "accept"`
    """
    if record.answer not in ANSWERS:
        yield Problem(f"the answer is `{record.answer}`", hint=nearest(record.answer, ANSWERS))


@rule("RL204")
def sentence_bounds(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """Sentences are in order, do not overlap, have no white space at their ends, and cover the whole text.

    Wrong: `sentences` [[0, 10], [8, 20]]
    Right: `sentences` [[0, 9], [10, 20]]
    """
    text, reached = record.text, 0
    for start, end in record.sentences:
        if not 0 <= start < end <= len(text):
            yield Problem(f"sentence {start}..{end} is not inside the text of {len(text)} characters", hint="segment the passage again")
            return
        if start < reached or text[reached:start].strip():
            message = f"sentence {start}..{end} does not follow the previous one, which ends at {reached}"
            yield Problem(message, (start, end), "segment the passage again")
        if text[start].isspace() or text[end - 1].isspace():
            yield Problem(f"sentence {start}..{end} begins or ends with white space", (start, end), "trim it")
        reached = max(reached, end)
    if text[reached:].strip():
        yield Problem(f"the text from {reached} on is in no sentence", (reached, len(text)), "segment the passage again")


@rule("RL306", words=False)
def layer_not_declared(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """`meta.layers` lists each annotated layer as `done` (`predicted` if a model labelled it). Other layers have no spans.

    Wrong: a GPE span and `layers` {"threat": "done"}
    Right: a GPE span and `layers` {"entities": "done"}
    """
    for name, state in record.meta.layers.items():
        if name not in taxonomy.layers:
            yield Problem(f"meta.layers has the unknown layer `{name}`", hint=nearest(name, taxonomy.layers))
        elif state not in ("done", "predicted"):
            yield Problem(f"layer {name} is `{state}`", hint="write `done`, or leave the layer out until it is done")
    for name in dict.fromkeys(span.layer for span in record.spans):
        if name in taxonomy.layers and name not in record.meta.layers:
            yield Problem(f"the record has spans of layer {name}, which meta.layers does not list", hint=f'add "{name}": "done"')


@rule("RL309", Severity.WARNING, words=False)
def scheme_version(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A record has the current version of the scheme.

    Wrong: `scheme` "0.9" under schemas of version 2.0
    Right: `scheme` "2.0"
    """
    if record.meta.scheme != taxonomy.scheme:
        message = f"the record follows scheme {record.meta.scheme}, the schemas are {taxonomy.scheme}"
        yield Problem(message, hint="review the record, then write the new version")
