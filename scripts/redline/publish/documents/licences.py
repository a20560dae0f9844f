"""LICENSES.md: what may be done with which text."""

from collections.abc import Sequence

from redline.core.corpus import Seed
from redline.publish.documents.project_names import LICENCE


def render(seeds: Sequence[Seed]) -> str:
    """LICENSES.md with a line for each document."""
    lines = ["# Licences\n", "Annotations (labels, offsets, attributes, relations) of all documents: CC BY 4.0.", f"<{LICENCE}>\n"]
    lines += ["| document | origin | rights of the text | licence of the text | author |", "|---|---|---|---|---|"]
    for seed in seeds:
        lines.append(f"| {seed.doc} | {seed.origin} | {seed.rights} | {seed.license or 'unknown'} | {seed.author} |")
    lines.append(
        "\n`open`: the release contains the text. `unknown`, `restricted`: the release contains the annotations without the words."
    )
    lines.append("`withdrawn`: the release contains only the id and the hash of the document.")
    return "\n".join(lines) + "\n"
