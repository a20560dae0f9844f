"""The second pass over some referenced documents: raters who were given the stances and acts of gold added their roles."""

from redline.core.document import Document
from redline.formats import jsonl
from redline.measure.agreement import relation_agreement, span_agreement
from redline.measure.score import Bootstrap
from redline.project import Project

DRAWS = Bootstrap(1000, 1)


def roles(project: Project) -> str:
    """The agreement on helper spans and on each relation, with their number by rater; read without words.

    The heads of the relations are the same for all raters, so no other figure of these files is one of agreement.
    """
    raters: dict[str, dict[str, Document]] = {}
    for path in sorted((project.corpus / "roles").glob("*/*.jsonl")):
        raters.setdefault(path.parent.name, {})[path.stem] = jsonl.first(path)
    if not raters:
        return "No document has roles of a second pass."
    taxonomy = project.taxonomy()
    helpers = [one for one in span_agreement(raters, taxonomy, DRAWS) if one.layer in taxonomy.helpers and one.score.metric == "exact_f1"]
    listed = [one for one in (*helpers, *relation_agreement(raters, taxonomy, DRAWS)) if sum(one.counts.values())]
    head = [
        f"Documents: {len(set.union(*map(set, raters.values())))}.",
        "",
        f"| layer | of | metric | agreement | {' | '.join(raters)} |",
        f"|---|---|---|---|{'---:|' * len(raters)}",
    ]
    rows = []
    for one in listed:
        drawn = " | ".join(str(one.counts.get(name, 0)) for name in raters)
        rows.append(f"| {one.layer} | {one.label or 'all'} | `{one.score.metric}` | {one.shown} | {drawn} |")
    return "\n".join([*head, *rows])
