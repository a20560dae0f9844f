"""The part of the report on the sentences that people checked without seeing a label."""

from msgspec import Struct

from redline.core.corpus import Corpus
from redline.curate import human_results
from redline.curate.human_results import Agreement
from redline.project import Project
from redline.report.parts import Cell, Column, Table

COLUMNS = (
    Column("label"),
    *(Column(title, number=True) for title in ("answers", "in gold", "by people", "by both", "Cohen's kappa", "F1")),
)


class PeopleSection(Struct, frozen=True):
    """A sentence on how many sentences were checked, and the agreement by label; no table before the first answer."""

    checked: str
    table: Table | None


def section(here: Project, corpus: Corpus) -> PeopleSection:
    """The part of a project.

    Raises RedlineError at answers that cannot be used.
    """
    result = human_results.result(here, corpus.documents, here.taxonomy())
    checked = f"People have checked {result.checked} of {result.planned} sentences without seeing a label."
    if not result.agreement:
        return PeopleSection(checked, None)
    about = " Most of these sentences were chosen by the scores of a model, so the figures do not describe the corpus as a whole."
    return PeopleSection(checked + about, Table("People and gold by label", COLUMNS, [_row(one) for one in result.agreement]))


def _row(one: Agreement) -> list[Cell]:
    counts = (one.answers, one.gold, one.people, one.both)
    values = ("undefined" if value is None else f"{value:.3f}" for value in (one.kappa, one.f1))
    return [Cell(one.label), *(Cell(str(count)) for count in counts), *(Cell(value) for value in values)]
