"""Takes a document out of all coming releases: they keep its name and the hash of its text, so that it is never added again."""

import msgspec

from redline.core.corpus import WITHDRAWN
from redline.project import Project, lookup, sources
from redline.project.lock import exclusive


@exclusive
def withdraw(project: Project, doc: str) -> bool:
    """Marks the seed of a document as withdrawn; gives whether it was not so before. Text and labels stay in the project.

    Raises RedlineError when there is no such document or it has no seed.
    """
    seed = sources.seed(project.seeds, lookup.known(project, doc))
    if seed.rights == WITHDRAWN:
        return False
    sources.write_seed(msgspec.structs.replace(seed, rights=WITHDRAWN), project.seeds)
    return True
