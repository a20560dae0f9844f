"""Raters with a server process each on one corpus at once: nothing that was answered is lost, also where a server is killed."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

PASSAGES, EDITS = 30, 7
"""Three spans and four layers a passage."""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bench of raters."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("raters")


def test_three_raters_at_once_and_a_killed_server_lose_no_edit_that_was_answered(bench: Any, tmp_path: Path) -> None:
    here = bench.project(tmp_path, PASSAGES)
    with bench.at_work(here, 3) as raters:
        *_, killed = bench.run(raters, seconds=120, pause=0.01, killed=raters)
    assert killed > 0
    assert [(len(rater.answered), rater.lost()) for rater in raters] == [(PASSAGES * EDITS, 0)] * 3
    assert bench.validated(here).endswith(f"{3 * PASSAGES} records: clean")
    assert "Traceback" not in (tmp_path / "log").read_text()
