"""Rows for names without one, a key renamed everywhere, two keys merged: gold still follows from its raters."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from redline import project as projects
from redline.cli import main
from redline.core.corpus import Entity
from redline.core.document import Span
from redline.curate import entities
from redline.formats import jsonl
from redline.project import Project
from redline.project import decisions as files


def table(project: Project) -> dict[str, Entity]:
    return {row.id: row for row in projects.entities(project.corpus / "entities.jsonl")}


def state(project: Project) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.corpus.rglob("*")) if path.is_file()}


def sound(project: Project) -> bool:
    """Whether gold is what raters and decisions give, and names rows of the table."""
    return main(["adjudicate", "--check"]) == 0 and main(["validate", "--select", "RL617", "--select", "RL501"]) == 0


def test_ten_names_without_a_row_get_one_with_their_label_and_names(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    used = [row for row in table(adjudicated).values() if row.id in named(adjudicated)][:10]
    path = adjudicated.corpus / "entities.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if msgspec.json.decode(line)["id"] not in {row.id for row in used}))
    before = state(adjudicated)
    assert main(["entities", "propose", "--dry-run"]) == 0
    assert state(adjudicated) == before
    printed = capsys.readouterr().out.splitlines()
    assert main(["entities", "propose"]) == 0
    assert capsys.readouterr().out.splitlines() == printed
    assert [line.partition(":")[0] for line in printed] == sorted(row.id for row in used)
    rows = table(adjudicated)
    assert len(used) == 10
    assert [(rows[row.id].label, rows[row.id].name) for row in used] == [(row.label, longest(adjudicated, row)) for row in used]
    assert list(rows) == sorted(rows)
    assert main(["entities", "propose"]) == 0
    assert capsys.readouterr().out == ""


def named(project: Project) -> set[str]:
    taxonomy = project.taxonomy()
    return {key for span in spans(project) if (span.layer, span.label) in taxonomy.naming for _, key in taxonomy.keys_of(span)}


def spans(project: Project) -> list[Span]:
    return [span for path in sorted(project.gold.glob("*.jsonl")) for record in jsonl.read_records(path) for span in record.spans]


def longest(project: Project, row: Entity) -> str:
    return max((span.text for span in spans(project) if (span.label, span.attributes.get("entity")) == (row.label, row.id)), key=len)


def test_a_key_is_renamed_in_gold_raters_decisions_and_table(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(adjudicated)
    assert main(["entities", "rename", "senna-gorge", "gorge-of-senna", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert state(adjudicated) == before
    assert main(["entities", "rename", "senna-gorge", "gorge-of-senna"]) == 0
    assert capsys.readouterr().out == printed
    changed = {path.rsplit("corpus/")[1] for path, data in state(adjudicated).items() if data != before[path]}
    assert changed == {"gold/dam-wire.jsonl", "raters/r1/dam-wire.jsonl", "raters/r2/dam-wire.jsonl", "entities.jsonl"}
    assert printed.startswith("senna-gorge is gorge-of-senna: 2 spans of gold, ")
    assert printed.endswith(", 0 files of decisions, 1 row\n")
    assert all(b'"senna-gorge"' not in data for data in state(adjudicated).values())
    assert sound(adjudicated)
    assert main(["entities", "rename", "gorge-of-senna", "senna-gorge"]) == 0
    assert state(adjudicated) == before


@pytest.mark.parametrize(("old", "new"), [("senna-gorge", "gorge-of-senna"), ("gorge-of-senna", "senna-gorge")])
@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_an_interrupted_rename_is_continued_or_undone(
    writes: int, old: str, new: str, adjudicated: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its five writes are gold, the files of two raters, the decisions and the table."""
    made = files.read(adjudicated, "dam-wire")
    files.write(adjudicated, msgspec.structs.replace(made, keys={"buronta": "senna-gorge"}))
    states = {"senna-gorge": state(adjudicated)}
    entities.rename(adjudicated, "senna-gorge", "gorge-of-senna")
    states["gorge-of-senna"] = state(adjudicated)
    entities.rename(adjudicated, "gorge-of-senna", "senna-gorge")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", interrupted(Path.replace, writes))
        with pytest.raises(KeyboardInterrupt):
            entities.rename(adjudicated, "senna-gorge", "gorge-of-senna")
    assert len({path for path, data in state(adjudicated).items() if data != states["senna-gorge"][path]}) == writes
    assert main(["entities", "rename", old, new]) == 0
    assert capsys.readouterr().err == f"note: both keys were in use and only one has a row: an interrupted rename to {new} is continued\n"
    assert {path for path, data in state(adjudicated).items() if data != states[new][path]} == set()


def interrupted(replace: Callable[[Path, Path], Path], times: int) -> Callable[[Path, Path], Path]:
    """A function that works some times, and is then interrupted."""
    left = iter(range(times))

    def once(source: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return replace(source, target)

    return once


def test_a_key_is_renamed_in_what_decisions_take_add_and_map(adjudicated: Project) -> None:
    made = files.read(adjudicated, "dam-wire")
    (name,) = (name for name, one in made.decisions.items() if one.about == "entities:Senna entity")
    taken = msgspec.structs.replace(made.decisions[name], take={"value": "senna-gorge"})
    files.write(adjudicated, msgspec.structs.replace(made.put(name, taken), keys={"buronta": "senna-gorge"}))
    entities.rename(adjudicated, "senna-gorge", "gorge-of-senna")
    after = files.read(adjudicated, "dam-wire")
    assert after.decisions[name].take == {"value": "gorge-of-senna"}
    assert after.keys == {"buronta": "gorge-of-senna"}


def test_two_keys_become_one_and_raters_files_stay(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(adjudicated)
    rows = table(adjudicated)
    assert (rows["porto-malafo"].label, rows["nhamadu"].label) == ("GPE", "GPE")
    assert main(["entities", "merge", "porto-malafo", "nhamadu"]) == 0
    assert capsys.readouterr().out.startswith("nhamadu is porto-malafo: 2 spans of gold, 1 file of decisions, ")
    changed = {path.rsplit("corpus/")[1] for path, data in state(adjudicated).items() if data != before[path]}
    assert changed == {"gold/dam-wire.jsonl", "decisions/dam-wire.json", "entities.jsonl"}
    assert files.read(adjudicated, "dam-wire").keys == {"nhamadu": "porto-malafo"}
    assert "nhamadu" not in table(adjudicated)
    assert "Nhamadu" in table(adjudicated)["porto-malafo"].aliases
    assert sound(adjudicated)


def test_a_row_whose_names_the_kept_one_has_already_goes_too(adjudicated: Project) -> None:
    path = adjudicated.corpus / "entities.jsonl"
    kept = table(adjudicated)["porto-malafo"]
    twin = msgspec.structs.replace(kept, id="porto-malafo-town", aliases=[])
    path.write_bytes(path.read_bytes() + msgspec.json.encode(twin) + b"\n")
    assert entities.merge(adjudicated, "porto-malafo", "porto-malafo-town").rows == 1
    assert table(adjudicated)["porto-malafo"] == kept
    assert "porto-malafo-town" not in table(adjudicated)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rename", "senna-gorg", "x"], "there is no entity key `senna-gorg`; use `senna-gorge`"),
        (["rename", "senna-gorge", "Senna Gorge"], "`Senna Gorge` is not a key; needed: lower-case words"),
        (
            ["rename", "senna-gorge", "nhamadu"],
            "key `nhamadu` already exists; needed: a new key, or redline entities merge nhamadu senna-gorge",
        ),
        (["rename", "senna-gorge", "senna-gorge"], "key `senna-gorge` already exists; needed: a new key"),
        (["merge", "senna-gorge", "nhamadu"], "`senna-gorge` is LOC and `nhamadu` GPE; needed: two rows of one label"),
        (["merge", "nhamadu", "nowhere-at-all"], "there is no entity `nowhere-at-all`"),
        (["merge", "nhamadu", "nhamadu"], "needed: two rows of one label"),
        (["rename", "senna-gorge"], "rename has 1 keys; needed: 2"),
    ],
)
def test_what_cannot_be_renamed_or_merged_writes_nothing(
    arguments: list[str], line: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(adjudicated)
    assert main(["entities", *arguments]) == 2
    assert line in capsys.readouterr().err
    assert state(adjudicated) == before
