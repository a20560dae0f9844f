"""Gold is corrected by one command with a reason: the decisions keep it with its history, and gold is made anew of them."""

import json
from pathlib import Path

import msgspec
import pytest

from redline.cli import main
from redline.core.document import Origin, Record, Span
from redline.curate import adjudicate
from redline.formats import jsonl
from redline.project import Project
from redline.project import decisions as files

WHY = ["--reason", "slip", "--by", "anna", "--note", "why not"]


def records(project: Project, doc: str = "dam-wire") -> tuple[Record, ...]:
    return jsonl.read_one(project.gold / f"{doc}.jsonl").records


def spans(project: Project, passage: int) -> dict[str, Span]:
    return {one.text: one for one in records(project)[passage].spans}


def state(project: Project) -> dict[str, bytes]:
    paths = (path for folder in ("gold", "decisions", "raters") for path in sorted((project.corpus / folder).rglob("*")))
    return {str(path): path.read_bytes() for path in paths if path.is_file()}


def ids(text: str) -> list[str]:
    return [line.split()[-1] for line in text.splitlines() if "recorded as" in line]


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name.rsplit("corpus/")[1] for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


BOTH = {"gold/dam-wire.jsonl", "decisions/dam-wire.json"}


def test_what_both_raters_missed_is_labelled_by_a_command(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(adjudicated)
    added = ["adjudicate", "dam-wire", "--add", "commerce minister", "--label", "ACTOR", "--attribute", "mention=NOM"]
    assert main([*added, "--relation", "TARGET", "announced, cement", *WHY]) == 0
    span = spans(adjudicated, 3)["commerce minister"]
    assert (span.label, span.layer, span.attributes, span.origin) == ("ACTOR", "arguments", {"mention": "NOM"}, Origin("added", ()))
    # The scheme leads TARGET from the act to an actor, so the span that was there is the head.
    heads = [r.head_id for r in records(adjudicated)[3].relations if (r.label, r.child_id) == ("TARGET", span.id)]
    assert [records(adjudicated)[3].by_id[name].label for name in heads] == ["THREAT"]
    made = files.read(adjudicated, "dam-wire")
    assert (made.spans[0]["by"], made.spans[0]["reason"], made.spans[0]["note"]) == ("anna", "slip", "why not")
    assert (made.relations[0].by, made.relations[0].child) == ("anna", "x1")
    assert changed(before, state(adjudicated)) == BOTH
    assert adjudicate.holds(adjudicated, "dam-wire")
    out = capsys.readouterr().out
    assert "dam-wire: + ACTOR “commerce minister”" in out
    assert main(["correct", "dam-wire", "--undo", ids(out)[0]]) == 0
    undone = files.read(adjudicated, "dam-wire")
    assert (undone.spans, undone.relations) == ([], [])
    assert [earlier.id for earlier in undone.history] == ids(out)[1:]
    assert changed(before, state(adjudicated)) == {"decisions/dam-wire.json"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["commerce ministre", "--label", "ACTOR"], "`commerce ministre` is in no such passage"),
        (["Burontá", "--label", "GPE"], "`Burontá` is in passages 0, 1, 2, 3, 5; needed"),
        (["Burontá", "--label", "GPE", "--passage", "0", "--nth", "9"], "occurs 1 times; nth is 9"),
        (["commerce minister", "--label", "ACTRO"], "there is no label `ACTRO`; use `ACTOR`"),
        (["commerce minister", "--label", "ACTOR", "--attribute", "mention=NOMM"], "RL304 `mention` of `s4` is `NOMM`; use `NOM`"),
        (["commerce minister", "--label", "ACTOR"], "has no `mention`"),
        (["commerce minister", "--label", "ACTOR", "--attribute", "mention"], "--attribute is `mention`; needed: NAME=VALUE"),
        (
            ["commerce minister", "--label", "ACTOR", "--attribute", "mention=NOM", "--relation", "HOLDER", "announced, cement"],
            "HOLDER cannot join ACTOR and THREAT",
        ),
    ],
)
def test_an_addition_that_means_nothing_writes_nothing(
    arguments: list[str], line: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(adjudicated)
    assert main(["adjudicate", "dam-wire", "--add", *arguments, *WHY]) == 2
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1
    assert changed(before, state(adjudicated)) == set()


CORRECTIONS = {
    "words of an agreed span": ("Caracol market", ["--quote", "Caracol"], ("overrides", "4:Caracol")),
    "an attribute of an agreed span": ("0:s6", ["--attribute", "value=2020-07-09"], ("overrides", "0:Thursday")),
    "words of a decided span": ("two years after", ["--quote", "two years"], ("decisions", "2:two years")),
    "removal": ("Caracol market", ["--remove"], ("overrides", "")),
}


@pytest.mark.parametrize("case", CORRECTIONS)
def test_one_command_corrects_one_label_and_another_takes_it_back(
    case: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    name, arguments, (table, expected) = CORRECTIONS[case]
    before, count = state(adjudicated), sum(len(one.spans) for one in records(adjudicated))
    history = files.read(adjudicated, "dam-wire").history
    assert main(["correct", "dam-wire", name, *arguments, *WHY]) == 0
    out = capsys.readouterr().out
    assert changed(before, state(adjudicated)) == BOTH
    made = files.read(adjudicated, "dam-wire")
    (recorded,) = ids(out)
    decision = getattr(made, table)[recorded]
    assert (decision.by, decision.reason, decision.note) == ("anna", "slip", "why not")
    assert len(made.history) == len(history) + (table == "decisions")
    if expected:
        passage, words = expected.split(":")
        assert isinstance(origin := spans(adjudicated, int(passage))[words].origin, Origin)
        assert origin.how == "edited"
    assert sum(len(one.spans) for one in records(adjudicated)) == count - (case == "removal")
    assert adjudicate.holds(adjudicated, "dam-wire")
    assert main(["correct", "dam-wire", "--undo", recorded]) == 0
    assert state(adjudicated) == before


def test_an_added_span_is_corrected_and_removed_like_any_other(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    added = ["adjudicate", "dam-wire", "--add", "commerce minister", "--label", "ACTOR", "--attribute", "mention=NOM"]
    assert main([*added, "--relation", "TARGET", "announced, cement", *WHY]) == 0
    once = state(adjudicated)
    assert main(["correct", "dam-wire", "commerce minister", "--quote", "minister", *WHY]) == 0
    assert spans(adjudicated, 3)["minister"].attributes == {"mention": "NOM"}
    (name,) = ids(capsys.readouterr().out.split("recorded as")[-1].join(("recorded as", "")))
    assert main(["correct", "dam-wire", "--undo", name]) == 0
    assert capsys.readouterr().out.endswith("  undone: added ACTOR minister\n  now: added ACTOR commerce minister\n")
    assert state(adjudicated) == once
    assert main(["correct", "dam-wire", "commerce minister", "--remove", *WHY]) == 0
    assert "commerce minister" not in spans(adjudicated, 3)
    assert len(files.read(adjudicated, "dam-wire").history) == 2
    capsys.readouterr()
    assert main(["correct", "dam-wire", "--undo", name]) == 0
    assert "  undone: a removal\n  now: added ACTOR commerce minister\n" in capsys.readouterr().out
    assert spans(adjudicated, 3)["commerce minister"].label == "ACTOR"
    assert main(["correct", "dam-wire", "--undo", name]) == 0
    assert "  undone: added ACTOR commerce minister\n  now: nothing is recorded\n" in capsys.readouterr().out


def test_a_relation_is_taken_away_and_put_back(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(adjudicated)
    assert main(["correct", "dam-wire", "2:s6", "--no-relation", "TARGET", "2:s8", *WHY]) == 0
    out = capsys.readouterr().out
    assert out.startswith("dam-wire: - ULTIMATUM “threatened")
    assert len(out.splitlines()) == 2
    assert main(["correct", "dam-wire", "--undo", *ids(out)]) == 0
    assert state(adjudicated) == before
    assert main(["correct", "dam-wire", "3:s5", "--relation", "TARGET", "3:s3", *WHY]) == 0
    assert "dam-wire: + THREAT" in capsys.readouterr().out
    assert main(["correct", "dam-wire", "3:s5", "--no-relation", "TARGET", "3:s3", *WHY]) == 0
    assert jsonl.dump([jsonl.read_one(adjudicated.gold / "dam-wire.jsonl")]) == before[str(adjudicated.gold / "dam-wire.jsonl")]


def test_spans_that_stay_are_listed_with_their_new_names(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    names = [span.id for span in records(adjudicated)[3].spans]
    first, *others = names
    words = {span.id: (span.label, span.bounds) for span in records(adjudicated)[3].spans}
    assert main(["correct", "dam-wire", f"3:{first}", "--remove", "--json", *WHY]) == 0
    renamed = json.loads(capsys.readouterr().out)["renamed"]
    now = {span.id: (span.label, span.bounds) for span in records(adjudicated)[3].spans}
    # The first span is gone, so that every other one takes the name of the one before it.
    assert renamed == {f"3:{old}": f"3:{new}" for old, new in zip(others, names, strict=False)}
    assert [now[renamed[f"3:{old}"].split(":")[1]] for old in others] == [words[old] for old in others]
    assert main(["correct", "dam-wire", "3:s1", "--remove", *WHY]) == 0
    assert "other spans have new ids: 3:s2 is 3:s1, 3:s3 is 3:s2" in capsys.readouterr().out


def test_diff_shows_a_correction_in_review(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    old = adjudicated.root / "old.jsonl"
    old.write_bytes((adjudicated.gold / "dam-wire.jsonl").read_bytes())
    assert main(["correct", "dam-wire", "0:s6", "--attribute", "value=2020-07-09", *WHY]) == 0
    capsys.readouterr()
    assert main(["diff", str(old), str(adjudicated.gold / "dam-wire.jsonl")]) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line[:1] in "+-~!"] == [
        f"~ DATE “Thursday” 95..103 s6: value {spans_of(old)} -> 2020-07-09"
    ]


def spans_of(path: object) -> object:
    return next(one for one in jsonl.read_one(path).records[0].spans if one.id == "s6").attributes["value"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["2:s99", "--remove"], "there is no span `2:s99`"),
        (["Burontá", "--remove"], "`Burontá` matches 6 spans"),
        (["Caracol market", "--quote", "Caracol market"], "the correction changes nothing in gold"),
        (["Caracol market", "--label", "FACC"], "unknown label `FACC`"),
        (["Caracol market", "--label", "THREAT"], "unknown label `THREAT`"),
        (["Caracol market", "--no-relation", "TARGET", "last week"], "TARGET cannot join FAC and DATE"),
        (["Caracol market"], "the correction changes nothing in gold"),
        ([], "SPAN is missing; needed: DOC SPAN, or DOC --undo ID"),
        (["--undo", "dam-wire.0.aaaaaa"], "there is no entry with the id `dam-wire.0.aaaaaa`"),
        (["--undo", ""], "--undo is empty; needed: a value"),
        (["Caracol market", "--undo", "", "--label", "GPE"], "--undo is empty; needed: a value"),
        (["Caracol market", "--undo", "dam-wire.0.aaaaaa"], "SPAN does nothing with --undo; needed: one of them"),
        (["Caracol market", "--label", "GPE", "--quote", ""], "--quote is empty; needed: a value"),
        (["", "--label", "GPE"], "SPAN is empty; needed: a value"),
    ],
)
def test_a_correction_that_means_nothing_is_one_line_and_writes_nothing(
    arguments: list[str], line: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(adjudicated)
    assert main(["correct", "dam-wire", *arguments, *WHY]) == 2
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1
    assert changed(before, state(adjudicated)) == set()


def test_a_correction_without_a_reason_or_a_name_is_refused(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for missing in (["--by", "anna"], ["--reason", "slip"], ["--by", "anna", "--reason", "whim"]):
        assert main(["correct", "dam-wire", "Caracol market", "--remove", *missing]) == 2
    assert "reason `whim` is unknown; needed: one of" in capsys.readouterr().err


def test_a_correction_that_is_cut_off_between_its_files_is_made_by_the_same_command(
    adjudicated: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(adjudicated)
    replace, written = Path.replace, []

    def cut(place: Path, target: Path) -> Path:
        if written:
            raise KeyboardInterrupt
        written.append(target)
        return replace(place, target)

    def cut_off(*command: str) -> None:
        written.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", cut)
            assert main(list(command)) == 130
        assert len(written) == 1

    removal = ("correct", "dam-wire", "Caracol market", "--remove", *WHY)
    cut_off(*removal)
    capsys.readouterr()
    assert main(list(removal)) == 0
    out = capsys.readouterr().out
    assert "dam-wire: - FAC “Caracol market”" in out
    assert changed(before, state(adjudicated)) == BOTH
    assert adjudicate.holds(adjudicated, "dam-wire")
    undo = ("correct", "dam-wire", "--undo", *ids(out))
    cut_off(*undo)
    assert main(list(undo)) == 0
    assert changed(before, state(adjudicated)) == set()
    cut_off(*removal)
    assert main(["adjudicate", "dam-wire"]) == 0
    assert changed(before, state(adjudicated)) == set()


def test_with_open_differences_a_correction_is_recorded_and_gold_stays(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    made = files.read(adjudicated, "dam-wire")
    (name,) = (name for name, one in made.decisions.items() if one.about == "entities:two years span")
    files.write(adjudicated, msgspec.structs.replace(made, decisions={key: one for key, one in made.decisions.items() if key != name}))
    before = state(adjudicated)
    assert main(["correct", "dam-wire", "Caracol market", "--remove", *WHY]) == 0
    assert f"gold is not written: no decision on {name} (entities:two years span)" in capsys.readouterr().out
    assert changed(before, state(adjudicated)) == {"decisions/dam-wire.json"}


def test_every_label_of_a_document_can_be_removed_and_brought_back(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(adjudicated)
    for record in records(adjudicated, "chess-column")[1:2]:
        for span in record.spans:
            capsys.readouterr()
            assert main(["correct", "chess-column", f"{record.meta.passage}:{span.id}", "--remove", *WHY]) == 0
            assert main(["correct", "chess-column", "--undo", *ids(capsys.readouterr().out)]) == 0
    assert state(adjudicated) == before
