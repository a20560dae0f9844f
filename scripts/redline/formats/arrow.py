"""What Parquet files of records and of releases share: pyarrow where it is installed, types of columns, and files that are none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from redline.core.errors import RedlineError
from redline.core.extras import needed

Type: TypeAlias = "str | list[Any] | dict[str, Any]"
"""A column's type: "string", "int32", "int64", "float64" or "bool", a list of one type, or a dict of fields."""
OPTIONS = {"compression": "zstd", "version": "2.6", "use_dictionary": True, "write_statistics": True}
"""How files are written."""


def library() -> Any:
    """pyarrow.

    Raises RedlineError where it is not installed.
    """
    with needed("release"):
        import pyarrow
        import pyarrow.parquet
    return pyarrow


def arrow(kind: Type) -> Any:
    """The pyarrow type of a type."""
    pa = library()
    if isinstance(kind, str):
        return {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}[kind]
    if isinstance(kind, list):
        return pa.list_(arrow(kind[0]))
    return pa.struct([(name, arrow(part)) for name, part in kind.items()])


@contextmanager
def readable(path: Path, wanted: str) -> Iterator[None]:
    """Makes what pyarrow raises for a damaged file one line, which ends with what was needed."""
    try:
        yield
    except (library().ArrowException, OSError, UnicodeDecodeError, MemoryError) as error:
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise RedlineError(f"{path}: is not a Parquet file ({line}); needed: {wanted}") from None
