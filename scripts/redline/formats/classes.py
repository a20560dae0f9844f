"""The classes that a Prodigy task gives its text, as values in 0..1 by name.

Prodigy writes them in three ways: `options` with the chosen ids in `accept` (choice, textcat.manual); `cats`; and one `label`
that the answer accepts or rejects (textcat.teach, mark). Files of other programs have a `label` without an answer, which is the
one class of the text. Source: https://prodi.gy/docs/api-interfaces
"""

from typing import Any

from msgspec import UNSET, UnsetType

from redline.core.document import ACCEPT, REJECT

Cats = dict[str, float] | UnsetType
STATED = ("accept", "label")
"""The keys other than `cats` by which a task gives its text classes."""


def cats(task: dict[str, Any]) -> Cats:
    """The classes of a task; unset where it has none, or its answer leaves them open.

    Raises ValueError for a value that is not a class.
    """
    answer = task.get("answer", ACCEPT)
    if answer == ACCEPT and isinstance(task.get("cats"), dict):
        return {str(name): _value(name, value) for name, value in task["cats"].items()}
    if answer == ACCEPT and isinstance(task.get("accept"), list):
        chosen = [_name(entry) for entry in task["accept"]]
        return {name: float(name in chosen) for name in [*_options(task), *chosen]}
    if answer in (ACCEPT, REJECT) and isinstance(task.get("label"), str) and not task.get("spans"):
        return {task["label"]: float(answer == ACCEPT)}
    return UNSET


def single(task: dict[str, Any], read: Cats) -> bool:
    """Whether `cats` read the one class of a text: a `label` that no answer accepts or rejects."""
    other = isinstance(task.get("cats"), dict) or isinstance(task.get("accept"), list)
    return read is not UNSET and "answer" not in task and not other


def kept(task: dict[str, Any], read: Cats) -> frozenset[str]:
    """The keys of a task that `cats` contains in full, so that they need no other place."""
    return frozenset({"cats"}) if read is not UNSET and isinstance(task.get("cats"), dict) else frozenset()


def unclassified(task: dict[str, Any]) -> dict[str, Any]:
    """The kept keys of a task with classes, without its classes."""
    return {name: value for name, value in task.items() if name not in STATED}


def _options(task: dict[str, Any]) -> list[str]:
    options = task.get("options") or []
    if not isinstance(options, list) or not all(isinstance(option, dict) and "id" in option for option in options):
        raise ValueError("`options` are not a list of choices with an `id`")
    return [_name(option["id"]) for option in options]


def _name(value: Any) -> str:
    if not isinstance(value, (str, int)):
        raise ValueError(f"`{value}` is not the name of a class")
    return str(value)


def _value(name: Any, value: Any) -> float:
    if not isinstance(value, (bool, int, float)) or not 0 <= value <= 1:
        raise ValueError(f"class `{name}` has the value `{value}`, which is not in 0..1")
    return float(value)
