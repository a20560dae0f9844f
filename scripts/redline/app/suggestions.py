"""Spans that a model suggests to a rater: from the start, after the rater's own first pass, or never."""

from typing import Any

import msgspec

from redline.app import edits
from redline.app.draft import Draft
from redline.core.document import Document, Span
from redline.core.errors import RedlineError
from redline.core.suggested import ORIGIN
from redline.model import homes
from redline.model.label import Labeller
from redline.project import Project

NEVER, AFTER, START = "never", "after", "start"


class Suggestions:
    """The suggestions of the models of a project, or of those in the Redline package; `mode` is when they are shown."""

    def __init__(self, project: Project, mode: str) -> None:
        """Loads the models, unless nothing is ever suggested.

        Raises RedlineError when no model of spans is at hand.
        """
        self.mode = mode
        self._labeller = _labeller(project) if mode != NEVER else None
        self._known: dict[str, list[list[Span]]] = {}

    def shown(self, draft: Draft) -> list[list[dict[str, Any]]] | None:
        """By passage the spans that the page may show now; None where nothing is ever suggested.

        After the own first pass means: the spans of a layer once the rater has called the layer done, were it opened again since.
        """
        if self._labeller is None:
            return None
        passages = zip(self._of(draft.document), draft.passed(), strict=True)
        return [[_sent(span) for span in spans if self.mode == START or span.layer in passed] for spans, passed in passages]

    def forget(self, doc: str) -> None:
        """The text of a document has changed: what was found in it is no longer valid."""
        self._known.pop(doc, None)

    def _of(self, document: Document) -> list[list[Span]]:
        if document.id not in self._known:
            assert self._labeller is not None
            self._known[document.id] = [list(record.spans) for record in self._labeller.label(list(document.records))]
        return self._known[document.id]


def _labeller(project: Project) -> Labeller:
    labeller = Labeller(project.taxonomy(), homes.homes(project))
    labeller.models = [(task, model) for task, model in labeller.models if task.shape == "spans"]
    if not labeller.models:
        raise RedlineError("the project contains no model of spans; needed: redline train, or --suggest never")
    return labeller


def _sent(span: Span) -> dict[str, Any]:
    """The span as the page takes it; its id consists of its layer, label and bounds, so it is the same in every run."""
    name = f"{span.layer} {span.label} {span.start} {span.end}"
    sent: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(span, id=name, attributes={}, origin=ORIGIN))
    return {**sent, "item": f"{edits.SUGGESTION}:{name}"}
