""".zenodo.json, which Zenodo reads when a repository is archived."""

from redline.publish.documents import plain_json
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import KEYWORDS, MAINTAINERS, TITLE
from redline.publish.documents.summary import summary


def render(facts: Facts) -> bytes:
    """The file for a release."""
    manifest = facts.manifest
    return plain_json.encode(
        {
            "title": f"{TITLE} ({manifest.version})",
            "upload_type": "dataset",
            "description": summary(facts),
            "version": manifest.version,
            "publication_date": manifest.date,
            "access_right": "open",
            "license": "cc-by-4.0",
            "language": "eng",
            "creators": [{"name": MAINTAINERS}],
            "keywords": [*KEYWORDS],
        }
    )
