"""A folder that cannot be read is one line, and does not count as an empty one."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redline.cli import main
from redline.core import listing
from redline.core.errors import RedlineError
from redline.project import Project


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder one that nobody can read; the mode of a folder does not stop root."""
    scandir = os.scandir

    def close(folder: Path) -> None:
        def refused(path: Any = ".") -> Any:
            if Path(path).resolve() == folder.resolve():
                raise PermissionError(13, "Permission denied", str(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refused)

    return close


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        ("corpus/gold", ["validate"]),
        ("corpus/gold", ["validate", "corpus/gold"]),
        ("corpus/raters/r1", ["validate", "corpus"]),
        ("corpus/raters/r1", ["validate"]),
        ("corpus/raters", ["validate"]),
        ("seeds", ["validate"]),
        ("seeds", ["status"]),
        ("corpus/gold", ["find", "--label", "GPE"]),
        ("corpus/decisions", ["adjudicate"]),
        ("corpus/gold", ["entities", "rename", "buronta", "buronta-city"]),
        ("corpus/raters/r2", ["upgrade"]),
        ("corpus/gold", ["label", "corpus", "out", "--shards"]),
        ("corpus/gold", ["stats", "corpus/gold"]),
        ("corpus/raters/r1", ["score", "corpus/gold", "corpus/raters"]),
    ],
    ids=lambda part: part if isinstance(part, str) else "-".join(part),
)
def test_a_folder_that_cannot_be_read_is_one_line(
    folder: str, command: list[str], adjudicated: Project, closed: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    closed(adjudicated.root / folder)
    assert main(command) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("redline: ")
    assert line.endswith(f"{folder}: cannot be read (permission denied); needed: a readable folder")


def test_files_are_listed_in_order_and_a_missing_folder_has_none(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "c.txt", "x/d.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert listing.matching(tmp_path, ".json") == [tmp_path / "a.json", tmp_path / "b.json"]
    assert listing.folders(tmp_path) == [tmp_path / "x"]
    assert listing.below(tmp_path) == [tmp_path / name for name in ("a.json", "b.json", "c.txt", "x/d.json")]
    for listed in (listing.folders, listing.below, lambda path: listing.matching(path, "")):
        assert listed(tmp_path / "none") == []


def test_only_the_folder_that_is_closed_is_named(tmp_path: Path, closed: Callable[[Path], None]) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    closed(tmp_path / "x" / "y")
    assert listing.matching(tmp_path / "x", "") == [tmp_path / "x" / "y"]
    with pytest.raises(RedlineError, match="x/y: cannot be read"):
        listing.below(tmp_path)
