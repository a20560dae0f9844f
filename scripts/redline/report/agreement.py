"""The section on agreement between raters."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from redline.core.taxonomy import Taxonomy
from redline.curate import agree
from redline.drawing.styles import ordered
from redline.measure.agreement import Figure
from redline.measure.score import FEWEST, Bootstrap
from redline.project import Project
from redline.report import plots, terms
from redline.report.parts import VALUE, Cell, Column, Plot, Table, interval_of, listed, value_cells

PLOTTED = ("exact_f1", "u_alpha")
LISTED = ("alpha", "relation_f1", "triple_f1")


class AgreementSection(Struct, frozen=True):
    """How many raters there are, exact F1 of each layer by its title, figures by layer, and tables of the rest."""

    raters: int
    layers: dict[str, float]
    plots: list[Plot]
    tables: list[Table]


def section(here: Project, taxonomy: Taxonomy, bootstrap: Bootstrap) -> AgreementSection:
    """The section of a project.

    Raises RedlineError when no document has two raters, or they cannot be compared.
    """
    figures = agree.rows(here, None, bootstrap)
    raters = len(agree.read(here, None))
    totals = {figure.layer: figure.score.value for figure in figures if _plain(figure) and figure.label is None}
    layers = {layer.title: value for layer in ordered(taxonomy) if (value := totals.get(layer.layer)) is not None}
    shown = [_plot(layer.title, [figure for figure in figures if figure.layer == layer.layer]) for layer in ordered(taxonomy)]
    return AgreementSection(raters, layers, [plot for plot in shown if plot], [_others(figures, taxonomy), _documents(here)])


def _plain(figure: Figure) -> bool:
    return figure.score.metric == PLOTTED[0] and not figure.task


def _plot(title: str, figures: Sequence[Figure]) -> Plot | None:
    """The labels of a layer that occur in enough documents; the others in words."""
    rows: dict[str, dict[str, plots.Interval]] = {}
    small: dict[str, str] = {}
    for figure in figures:
        interval = interval_of(figure.score)
        if figure.task or figure.score.metric not in PLOTTED or interval is None:
            continue
        if figure.score.low is not None:
            rows.setdefault(figure.label or "all", {})[terms.TERMS[figure.score.metric].name] = interval
        elif figure.score.metric == PLOTTED[0]:
            small[figure.label or "all"] = f"{figure.label or 'all'} ({interval[0]:.2f}; documents: {figure.documents})"
    told = [words for label, words in small.items() if label not in rows]
    untold = f"In fewer than {FEWEST} documents, with exact F1: {listed(told)}." if told else ""
    caption = f"{title}: agreement by label"
    if not rows:
        return Plot(caption, None, untold) if untold else None
    return Plot(caption, plots.dots(caption, rows, "agreement, with 95 % intervals"), untold)


def _others(figures: Sequence[Figure], taxonomy: Taxonomy) -> Table:
    columns = [Column("layer"), Column("of"), Column("metric"), *VALUE, Column("documents", number=True)]
    return Table("Relations, stance triples, sentence classes and attributes", columns, list(_rows(figures, taxonomy)))


def _rows(figures: Sequence[Figure], taxonomy: Taxonomy) -> Iterator[list[Cell]]:
    for figure in figures:
        if figure.score.metric in LISTED:
            layer = taxonomy.layers[figure.layer].title if figure.layer else ""
            task = taxonomy.tasks[figure.task].title if figure.task in taxonomy.tasks else figure.task
            of = ", ".join(filter(None, (task, figure.label))) or "all"
            count = Cell(str(figure.documents))
            yield [Cell(layer), Cell(of), terms.metric(figure.score.metric), *value_cells(figure.score), count]


def _documents(here: Project) -> Table:
    worst = [one for one in agree.by_document(here, None) if one.exact_f1 is not None][:10]
    rows = [[Cell(one.document), Cell(f"{one.exact_f1:.3f}")] for one in worst]
    return Table("The ten documents with the lowest agreement", [Column("document"), Column("exact F1", number=True)], rows)
