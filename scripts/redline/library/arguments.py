"""The check of the arguments of public functions by their annotations: wrong use is a RedlineError in one line."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from types import NoneType
from typing import Any, ParamSpec, TypeVar, get_args, get_origin

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.formats.reading import Reading

P = ParamSpec("P")
R = TypeVar("R")
NAMES = {str: "str", Path: "Path", int: "int", NoneType: "None"}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which raises RedlineError for an argument of another type than its annotation.

    Records that are not a file or a reading become a tuple.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        bound = signature.bind(*args, **options)
        for name, value in bound.arguments.items():
            bound.arguments[name] = _checked(name, value, signature.parameters[name].annotation)
        return function(*bound.args, **bound.kwargs)

    return call


def _checked(name: str, value: Any, hint: Any) -> Any:
    """The value of an argument; records as a sequence."""
    hints = get_args(hint) if type(hint).__name__ in ("UnionType", "Union") else (hint,)
    if int in hints and isinstance(value, int) and value < 0:
        raise RedlineError(f"{name}: is {value}; needed: 0 or more")
    if hint is inspect.Parameter.empty or any(isinstance(one, type) and isinstance(value, one) for one in hints):
        return value
    origins = {get_origin(one): one for one in hints}
    if Callable in origins and callable(value):
        return value
    if list in origins and isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return value
    if Iterable in origins and isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict)):
        return value if isinstance(value, Reading) else _records(name, tuple(value))
    raise RedlineError(f"{name}: is of the type {type(value).__name__}; needed: {' or '.join(map(_named, hints))}")


def _records(name: str, values: tuple[Any, ...]) -> tuple[Record, ...]:
    for number, one in enumerate(values):
        if not isinstance(one, Record):
            raise RedlineError(
                f"{name}: item {number} is of the type {type(one).__name__}; needed: redline.Record, as redline.read gives it"
            )
    return values


def _named(hint: Any) -> str:
    """The words for a type in a message."""
    origin = get_origin(hint)
    if origin is not None:
        return {list: "a list of str", Iterable: "records"}.get(origin, "a function")
    return NAMES.get(hint) or str(hint.__name__)
