"""Whoever adds a document runs `redline docs` once, and everything generated is as it should be."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import ROOT
from redline.cli import main
from redline.project import Project

TEXT = "Arvenia will halt grain sales to Belmora from Monday, its trade minister said.\nThe port of Sarn stayed open.\n"
ENTITIES = [("GPE", "Arvenia", "arvenia"), ("GPE", "Belmora", "belmora")], [("GPE", "Sarn", "sarn")]


def quotes(rater: str) -> str:
    """What a rater says of the text: entities, and nothing for or against anybody."""
    marked = [[{"id": f"e{n}", "label": x, "quote": y, "entity": z} for n, (x, y, z) in enumerate(each, 1)] for each in ENTITIES]
    passages = [{"passage": number, "spans": spans, "relations": []} for number, spans in enumerate(marked)]
    return json.dumps({"doc": "grain-wire", "rater": rater, "layers": ["entities"], "passages": passages})


def add_document() -> None:
    """Adds a document to the project of the working folder as CONTRIBUTING.md says: text, two raters, gold, entities, split."""
    Path("grain.txt").write_text(TEXT, encoding="utf-8")
    options = "--licence CC-BY-4.0 --title Grain --genre wire --origin fiction --event grain --author me"
    assert main(["ingest", "grain.txt", "--doc", "grain-wire", *options.split()]) == 0
    for rater in ("r1", "r2"):
        Path(f"{rater}.json").write_text(quotes(rater), encoding="utf-8")
        assert main(["import", f"{rater}.json", "--format", "quotes"]) == 0
    assert main(["adjudicate", "grain-wire"]) == 0
    table = Path("corpus/entities.jsonl")
    empty = {"aliases": [], "kb_id": None, "actor_code": None, "part_of": None}
    rows = [{"id": key, "label": label, "name": name, **empty} for each in ENTITIES for label, name, key in each]
    lines = [*table.read_text(encoding="utf-8").splitlines(), *(json.dumps(row, separators=(",", ":")) for row in rows)]
    table.write_text("\n".join(sorted(lines, key=lambda line: json.loads(line)["id"])) + "\n", encoding="utf-8")
    assert main(["split"]) == 0


def test_a_document_more_is_clean_after_one_command(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "README.md", "README.md")
    assert main(["docs"]) == 0
    page = Path("README.md").read_text(encoding="utf-8")
    assert "\n3 documents (3 fiction) of" in page
    add_document()
    assert main(["docs", "--check"]) == 1
    assert "README.md: is outdated" in capsys.readouterr().out
    assert main(["docs"]) == 0
    assert "\n4 documents (4 fiction) of" in Path("README.md").read_text(encoding="utf-8")
    assert main(["docs", "--check"]) == 0
    assert main(["validate", "--ignore", "RL607"]) == 0
    assert main(["adjudicate", "--check"]) == 0


def test_only_what_is_between_the_comments_of_a_page_is_written(small_project: Project) -> None:
    page = Path("README.md")
    page.write_text("4 documents\n<!-- corpus: written by `make docs` -->\nold\n<!-- end -->\n9 documents\n", encoding="utf-8")
    assert main(["docs"]) == 0
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [lines[0], *lines[-2:]] == ["4 documents", "<!-- end -->", "9 documents"]
    assert lines[2].startswith("3 documents (3 fiction) of ")
