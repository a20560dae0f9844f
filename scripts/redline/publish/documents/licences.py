"""LICENSES.md: what may be done with which text."""

from redline.core.corpus import SPLITS, WITHDRAWN
from redline.publish import parquet
from redline.publish.documents.facts import Facts
from redline.publish.documents.markdown import table
from redline.publish.documents.project_names import LICENCE
from redline.publish.features import DOCUMENTS, REFERENCED_SENTENCES
from redline.publish.tables import Row


def render(facts: Facts) -> str:
    """LICENSES.md with a line for each document, and for each source of referenced documents."""
    lines = ["# Licences\n", "Annotations (labels, offsets, attributes, relations) of all documents: CC BY 4.0.", f"<{LICENCE}>\n"]
    rows = (row for split in SPLITS for row in parquet.read(facts.folder / "data" / DOCUMENTS, split))
    lines.append(table(["document", "origin", "rights of the text", "licence of the text", "author"], [_cells(row) for row in rows]))
    lines.append("`open`: the release contains the text. `unknown`, `restricted`: the release contains the annotations without the words.")
    lines.append("`withdrawn`: the release contains only the id and the hash of the document.")
    if facts.counts.referenced.licences:
        lines.append("\n## Referenced documents\n")
        lines.append(f"The release contains no words of these documents. `{REFERENCED_SENTENCES}` has the file and the licence of each.\n")
        counted = sorted(facts.counts.referenced.licences.items())
        lines.append(
            table(
                ["repository", "licence of the texts", "documents", "single sentences"],
                [[repository, licence, *numbers] for (repository, licence), numbers in counted],
            )
        )
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> list[str]:
    if row["rights"] == WITHDRAWN:
        return [row["doc"], "", WITHDRAWN, "", ""]
    return [row["doc"], row["origin"], row["rights"], row["license"] or "unknown", row["author"]]
