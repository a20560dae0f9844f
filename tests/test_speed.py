"""The page stays quick with 300 spans; `bench/page.py` prints the same figures from more presses."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import page  # isort: skip


def test_a_press_at_300_spans_costs_less_work_than_a_hand_needs_for_it(
    tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    with page.served(page.project(tmp_path)) as (desk, address):
        for doc in ("one", "twenty"):
            page.labelled(desk, doc)
        figures = page.measured(browser, address, presses=12, opens=1)
        with capsys.disabled():
            print("", *(page.line(name, values) for name, values in figures.items()), sep="\n")
    assert figures.keys() == page.MOST.keys()
    # Only the work of the page itself is a bound here: the clock also counts what else the machine does.
    assert all(figures[name][0] < page.MOST[name] for name in figures if name.startswith("work"))
