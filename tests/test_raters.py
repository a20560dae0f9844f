"""Servers of pages, several at once on one corpus or killed while they save: nothing that was answered is lost."""

import importlib
from pathlib import Path
from typing import Any

PASSAGES, EDITS = 30, 7
"""Three spans and four layers a passage."""
KILLS = 20


def test_three_raters_at_once_and_a_killed_server_lose_no_edit_that_was_answered(tmp_path: Path) -> None:
    bench: Any = importlib.import_module("raters")
    here = bench.project(tmp_path, PASSAGES)
    with bench.at_work(here, 3) as raters:
        *_, killed = bench.run(raters, seconds=120, pause=0.01, killed=raters)
    assert killed > 0
    assert [(len(rater.answered), rater.lost()) for rater in raters] == [(PASSAGES * EDITS, 0)] * 3
    assert bench.validated(here).endswith(f"{3 * PASSAGES} records: clean")
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_20_kills_of_the_adjudicators_server_lose_no_decision_that_was_answered(tmp_path: Path) -> None:
    killer: Any = importlib.import_module("kills")
    here = killer.project(tmp_path)
    before = [path.read_bytes() for path in sorted(here.raters.rglob("*.jsonl"))]
    assert killer.server_kills(here, KILLS) >= KILLS
    assert [path.read_bytes() for path in sorted(here.raters.rglob("*.jsonl"))] == before
