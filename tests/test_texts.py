"""Referenced documents: the project has the place, the hash and labels of their words, and works with the texts and without them."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, record, small, span
from redline import project as projects
from redline.adjudicate import bare as bare_decisions
from redline.adjudicate.decisions import Addition, Decision, Decisions, Earlier
from redline.cli import main
from redline.core.bare import completed, digest, is_wordless, marked, missing, wordless
from redline.core.document import decode_bare, encode
from redline.core.errors import RedlineError
from redline.formats import jsonl
from redline.project import Project, decisions, lookup
from referenced import refer

DOC = "dam-wire"


@pytest.fixture
def referring(small_project: Project) -> Project:
    """The small project with one referenced document, whose text is at hand."""
    refer(small_project, DOC)
    return small_project


@pytest.fixture
def without(referring: Project) -> Project:
    """The same without the text."""
    (referring.texts / f"{DOC}.txt").unlink()
    return referring


@pytest.fixture(scope="module")
def project_of(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project before any document was referenced."""
    return small(tmp_path_factory.mktemp("before"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@given(st.text(alphabet=NASTY + "ab \u00e9\r", min_size=1).filter(str.strip), st.data())
def test_a_bare_record_has_no_word_and_is_whole_again_with_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    one = record(text, (span("entities", "GPE", text, text[start:end], entity="k"),))
    one = marked(msgspec.structs.replace(one, meta=msgspec.structs.replace(one.meta, offset=3)))
    line = encode(one)
    assert set(json.loads(line)) == {"length", "answer", "sentences", "spans", "relations", "meta"}
    assert "text" not in json.loads(line)["spans"][0]
    empty = wordless(decode_bare(line))
    assert is_wordless(empty)
    assert encode(empty) == line
    assert completed(empty, "abc" + text + "d") == one


def test_a_bare_record_refuses_another_text() -> None:
    one = marked(record("They will burn."))
    with pytest.raises(ValueError, match="passage 0 is another text"):
        completed(wordless(decode_bare(encode(one))), "They will bury.")


def test_gold_of_a_referenced_document_is_bare_on_disk_and_whole_when_loaded(referring: Project, project_of: Project) -> None:
    assert b'"text"' not in (referring.gold / f"{DOC}.jsonl").read_bytes()
    loaded, before = projects.load(referring), projects.load(project_of)
    texts = [one.text for one in before.documents[DOC].records]
    assert [one.text for one in loaded.documents[DOC].records] == texts
    assert [one.spans for one in loaded.documents[DOC].records] == [one.spans for one in before.documents[DOC].records]
    assert loaded.documents[DOC].records[0].meta.sha256 == digest(texts[0])


def test_with_its_text_a_referenced_document_is_like_any_other(referring: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "validate", "--ignore", "RL607") == (0, "9 files, 45 records, 1 problems waived: clean\n", "")


def test_a_text_that_is_not_at_hand_turns_nothing_red(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "validate", "--ignore", "RL607")
    assert code == 0, out
    assert "1 referenced document: rules on words did not run" in out


NOTE = "note: 1 referenced document was left out, since the text is not at hand (redline texts --clone brings it)\n"


@pytest.mark.parametrize(
    "command", ["stats", "agree", "find the", "score corpus/gold corpus/raters/r1", "export corpus/gold --format jsonl --out out.jsonl"]
)
def test_a_command_works_on_the_open_documents_and_says_once_how_many_were_left_out(
    without: Project, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    code, out, err = run(capsys, *command.split())
    assert code == 0, err
    assert err.endswith(NOTE)
    assert err.count("left out, since") == 1
    assert DOC not in out


@pytest.mark.parametrize("command", [f"show {DOC}", f"adjudicate {DOC} --differences", f"why {DOC} s1"])
def test_a_command_on_one_document_says_how_its_text_is_brought(without: Project, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run(capsys, *command.split())[::2] == (2, f"redline: {missing(DOC)}\n")


def test_a_split_keeps_the_documents_whose_text_is_not_at_hand(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = (without.corpus / "splits.json").read_text().replace('"dev"', '"validation"')
    assert run(capsys, "split")[0] == 0
    assert (without.corpus / "splits.json").read_text() == before


def test_a_key_is_renamed_also_where_the_text_is_not_at_hand(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = without.gold / f"{DOC}.jsonl"
    before = path.read_bytes()
    assert run(capsys, "entities", "rename", "quessaba", "renamed-key")[0] == 0
    assert before.count(b'"quessaba"') > 1
    assert path.read_bytes() == before.replace(b'"quessaba"', b'"renamed-key"')


def test_the_state_of_a_document_without_its_text_is_its_own(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "status", "--all")
    assert f"{DOC}" in out
    assert "its text is not at hand" in out


def test_decisions_on_a_referenced_document_have_no_words_on_disk_and_all_when_read(referring: Project, project_of: Project) -> None:
    raw = decisions.path_of(referring, DOC).read_text()
    before, after = decisions.read(project_of, DOC), decisions.read(referring, DOC)
    assert all(one.about for one in before.decisions.values())
    assert '"about": "' not in raw
    assert after == before


def test_decisions_are_stripped_of_quotes_mentions_and_what_they_are_about_and_completed_again() -> None:
    texts = {2: "They will burn it. They will burn it all."}
    whole = Decisions(
        "d", "a", "2026-01-01",
        {"d.2.abcdef": Decision({"quote": "will burn", "nth": 2, "label": "L"}, "slip", about="threat:will burn span")},
        {"d.2.bcdefg": Decision({"value": "k"}, "slip", about="threat:will burn#2 entity")},
        spans=[{"passage": 2, "id": "x1", "layer": "l", "label": "L", "quote": "all"}],
        relations=[Addition(2, "threat:will burn#2", "R", "x1")],
        history=[Earlier("d.2.abcdef", decision=Decision("r1", "slip", about="threat:will burn span"))],
    )  # fmt: skip
    names = {"d.2.abcdef": "threat:will burn span", "d.2.bcdefg": "threat:will burn#2 entity"}
    bare = bare_decisions.stripped(whole, texts)
    assert bare.decisions["d.2.abcdef"] == Decision({"start": 24, "end": 33, "label": "L"}, "slip")
    assert bare.overrides["d.2.bcdefg"].about == "entity"
    assert bare.relations == [Addition(2, "threat:@5-14#2", "R", "x1")]
    assert b"burn" not in msgspec.json.encode(bare)
    assert bare_decisions.stripped(bare, texts) == bare
    assert bare_decisions.completed(bare, texts, names) == whole


def test_quotes_of_a_referenced_document_are_imported_bare(referring: Project, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    assert run(capsys, "export", f"corpus/raters/r1/{DOC}.jsonl", "--format", "quotes", "--out", str(sheet))[0] == 0
    sheet.write_text(sheet.read_text().replace('"r1"', '"r3"'))
    assert run(capsys, "import", str(sheet), "--format", "quotes")[0] == 0
    imported, first = (referring.raters / rater / f"{DOC}.jsonl" for rater in ("r3", "r1"))
    assert imported.read_bytes() == first.read_bytes().replace(b'"rater":"r1"', b'"rater":"r3"')


def test_adjudication_of_a_referenced_document_writes_bare_gold(referring: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = referring.gold / f"{DOC}.jsonl"
    before = path.read_bytes()
    path.unlink()
    assert run(capsys, "adjudicate", DOC)[0] == 0
    assert path.read_bytes() == before


def test_another_text_under_the_name_of_a_referenced_one_is_not_at_hand(referring: Project) -> None:
    path = referring.texts / f"{DOC}.txt"
    path.write_text(path.read_text().replace("dam", "dyke"))
    with pytest.raises(RedlineError, match="its text is not at hand"):
        lookup.document(referring, DOC)


def test_a_reader_without_texts_names_the_document(referring: Project) -> None:
    with pytest.raises(RedlineError, match=f"{DOC}: its text is not at hand"):
        jsonl.read_one(referring.gold / f"{DOC}.jsonl")
