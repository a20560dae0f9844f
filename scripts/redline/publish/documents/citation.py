"""CITATION.cff: how to cite a release, which is data without code."""

from redline.core.extras import needed
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import KEYWORDS, MAINTAINERS, TITLE
from redline.publish.documents.summary import summary


def render(facts: Facts) -> str:
    """The file for a release, in version 1.2.0 of the Citation File Format.

    Raises RedlineError where no YAML can be written.
    """
    with needed("release"):
        import yaml
    value = {
        "cff-version": "1.2.0", "message": "If you use this dataset, please cite it as below.", "title": TITLE, "type": "dataset",
        "version": facts.manifest.version, "date-released": facts.manifest.date, "authors": [{"name": MAINTAINERS}],
        "license": "CC-BY-4.0", "keywords": [*KEYWORDS], "abstract": summary(facts),
    }  # fmt: skip
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120))
