"""Which of the trained models are used: the best one of each task."""

from collections.abc import Sequence
from pathlib import Path

from redline.core.errors import RedlineError
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.baseline import kind_of, standing


def of_task(home: Path, task: Task, name: str | None) -> Path | None:
    """The folder of the best model of a task below `home`, of those with a name; or None.

    A model that needs its own extra is used only if it is named.
    """
    trained = [path for path in artefact.folders(home) if path.name == task.name and name in (None, path.parent.name)]
    usual = [path for path in trained if name or not kind_of(artefact.read(path).kind).optional]
    return best(usual) if usual else None


def brought(home: Path, taxonomy: Taxonomy, name: str | None) -> dict[str, list[Path]]:
    """The folders of the models of tasks that are not in the scheme, by task."""
    folders: dict[str, list[Path]] = {}
    for path in artefact.folders(home):
        if name in (None, path.parent.name) and path.name not in taxonomy.tasks and artefact.read(path).own:
            folders.setdefault(path.name, []).append(path)
    return folders


def best(folders: Sequence[Path]) -> Path:
    """The folder of the best model, which `standing` puts first.

    Raises RedlineError when there are several and their values cannot be compared.
    """
    if len(folders) == 1:
        return folders[0]
    outcomes = []
    for folder in folders:
        made = artefact.read(folder)
        if made.outcome is None:
            raise RedlineError(f"{folder}: has no scores, since training was interrupted; needed: train it again")
        outcomes.append((standing(made.kind, made.outcome.validation), made.origin.trained_on))
    if len({trained_on for _, trained_on in outcomes}) > 1:
        names, task = " and ".join(folder.parent.name for folder in folders), folders[0].name
        raise RedlineError(f"{names} for {task} were trained on different records; needed: --model, or train them on the same")
    return min(zip(outcomes, folders, strict=True), key=lambda pair: pair[0][0])[1]


def none_trained(homes: Sequence[Path], name: str | None) -> str:
    """Why there is no model, and what is needed: one of the models of the folders, or a trained one."""
    known = sorted({path.parent.name for home in homes for path in artefact.folders(home)})
    if name and known:
        return f"contains no trained model {name}; needed: one of {', '.join(known)}"
    named = f" {name}" if name else ""
    return f"contains no trained model{named}; needed: run make train first, or redline train --train FILE --out FOLDER"
