"""The queue of the annotator's page: what waits for whom, and how unsure models are of each document."""

from typing import Any

from redline.app.desk import Desk
from redline.curate import queue
from redline.model import unsure
from redline.project import sources


def waiting(desk: Desk) -> dict[str, Any]:
    """What waits by document and layer, and by document and layer how unsure models are: numbers, and no label of a rater.

    Documents are those that wait for a rater; nothing where no model is at hand.
    """
    waits = queue.waiting(desk.project)
    docs = dict.fromkeys(one.doc for one in waits if one.whom in queue.NEEDED or one.whom in one.begun)
    blanks = (sources.blank(desk.sources[doc], desk.taxonomy.scheme) for doc in docs if doc in desk.sources)
    return {"waiting": waits, "unsure": unsure.by_layer(desk.project, blanks) if docs else {}}
