"""What raters and decisions give of a document of a corpus that is read already."""

from redline.adjudicate import merge
from redline.core.corpus import Corpus
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.project import Project, decisions


def remade(project: Project, corpus: Corpus, taxonomy: Taxonomy, doc: str) -> Document | str | None:
    """The gold document, a line on why there is none, or None where fewer than two raters have it."""
    order = [rater for rater in corpus.described if rater in corpus.raters]
    readings = {rater: corpus.raters[rater][doc] for rater in dict.fromkeys([*order, *corpus.raters]) if doc in corpus.raters[rater]}
    if len(readings) < 2:
        return None
    try:
        return merge.merge(readings, decisions.read(project, doc), taxonomy)
    except RedlineError as error:
        first, *rest = str(error).removeprefix(f"{doc}: ").split("\n")
        return f"{first} (and {len(rest)} more)" if rest else first
