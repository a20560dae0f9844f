"""The section on scores as rankings and as probabilities: precision by recall, and calibration, of tasks with one class."""

from collections.abc import Iterator, Mapping, Sequence

from redline.core.task import Task
from redline.measure import classes, evaluate
from redline.report import plots
from redline.report.parts import Plot, number
from redline.report.results import Result, Results

FEWEST_UNITS = 10
"""Units of the class in test that a curve needs: with fewer, one unit moves a step by more than a tenth."""
FEWEST_IN_BIN = 5
"""Units that a point of the calibration needs."""


def section(results: Results) -> list[Plot]:
    """Two figures for each task with one class."""
    return [
        plot
        for task, ranked in results.by_task()
        if task.shape == "classify" and len(task.classes) == 1
        for plot in _plots(task, ranked, results)
    ]


def _plots(task: Task, ranked: Sequence[Result], results: Results) -> Iterator[Plot]:
    name = next(iter(task.classes))
    judged = {result.model: evaluate.judged(task, evaluate.beside(results.gold.test, result.test), results.taxonomy) for result in ranked}
    positives = sum(gold == name for document in next(iter(judged.values())) for gold, _ in document)
    if positives < FEWEST_UNITS:
        needed = f"Not drawn: the test split contains {number(positives, 'unit')} of the class, and a curve needs {FEWEST_UNITS}."
        yield Plot(f"{task.title}: precision by recall, and calibration", None, needed)
        return
    caption = f"{task.title}: precision by recall on test"
    ranking = {model: _curve(system, name) for model, system in judged.items()}
    yield Plot(caption, plots.curves(caption, ranking, ("recall", "precision"), steps=True))
    yield _calibration(task, name, judged)


def _curve(system: classes.System, name: str) -> list[tuple[float, float]]:
    flat = [(gold == name, guess.scores.get(name, 0.0)) for document in system for gold, guess in document]
    points = classes.precision_recall([gold for gold, _ in flat], [score for _, score in flat])
    return [(0.0, points[0][1]), *points] if points else []


def _calibration(task: Task, name: str, judged: Mapping[str, classes.System]) -> Plot:
    bins = {model: classes.reliability(system, name) for model, system in judged.items()}
    shown = {
        model: [(one.mean_score, one.positive_share, one.count) for one in several if one.count >= FEWEST_IN_BIN]
        for model, several in bins.items()
    }
    small = sum(one.count < FEWEST_IN_BIN for several in bins.values() for one in several)
    untold = f"{number(small, 'bin')} with fewer than {FEWEST_IN_BIN} units {'is' if small == 1 else 'are'} not drawn." if small else ""
    caption = f"{task.title}: share of the class by mean score, with the number of units"
    return Plot(caption, plots.calibration(caption, shown), untold)
