"""Takes a document out of all coming releases: they keep its name and the hash of its text, so that it is never added again."""

import msgspec

from redline.core.corpus import Source
from redline.project import Project, lookup, sources
from redline.project.lock import exclusive

WITHDRAWN = "withdrawn"


@exclusive
def withdraw(project: Project, doc: str) -> bool:
    """Marks the seed of a document as withdrawn; gives whether it was not so before. Text and labels stay in the project.

    Raises RedlineError when there is no such document or it has no seed.
    """
    source = sources.read(project.seeds, lookup.known(project, doc))
    if source.seed.rights == WITHDRAWN:
        return False
    seed = msgspec.structs.replace(source.seed, rights=WITHDRAWN)
    sources.write(Source(seed, source.text, source.sha256), project.seeds)
    return True
