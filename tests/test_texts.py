"""Referenced documents: the project has the place, the hash and labels of their words, and works with the texts and without them."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, ROOT, record, small, span
from redline import project as projects
from redline.adjudicate import bare as bare_decisions
from redline.adjudicate.decisions import Addition, Decision, Decisions, Earlier
from redline.cli import main
from redline.cli import texts as command
from redline.core.bare import completed, digest, is_wordless, marked, missing, wordless
from redline.core.corpus import SPLITS
from redline.core.document import Document, Record, decode_bare, encode
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.similarity import runs
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure.figures import figures
from redline.project import Project, cited, decisions, lookup, sources
from redline.publish import build, contents, counts, parquet, references, verify
from referenced import REPOSITORY, refer

DOC = "dam-wire"
WANTED = ("entities", None, "exact_f1")


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
    with pytest.raises(ValueError, match="passage 0 is not the annotated text"):
        completed(wordless(decode_bare(encode(one))), "They will bury.")


def test_gold_of_a_referenced_document_is_bare_on_disk_and_whole_when_loaded(referring: Project, project_of: Project) -> None:
    assert b'"text"' not in (referring.gold / f"{DOC}.jsonl").read_bytes()
    loaded, before = projects.load(referring), projects.load(project_of)
    texts = [one.text for one in before.documents[DOC].records]
    assert [one.text for one in loaded.documents[DOC].records] == texts
    assert [one.spans for one in loaded.documents[DOC].records] == [one.spans for one in before.documents[DOC].records]
    assert loaded.documents[DOC].records[0].meta.sha256 == digest(texts[0])


def test_with_its_text_a_referenced_document_is_like_any_other(referring: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "validate", "--ignore", "RL607") == (0, "9 files, 45 records: clean\n", "")


def test_a_text_that_is_not_at_hand_turns_nothing_red(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "validate", "--ignore", "RL607")
    assert code == 0, out
    assert "1 referenced text missing, so rules on words did not run there" in out


NOTE = "note: 1 missing referenced text was left out (redline texts --clone)\n"


@pytest.mark.parametrize(
    "command", ["stats", "agree", "find the", "score corpus/gold corpus/raters/r1", "export corpus/gold --format jsonl --out out.jsonl"]
)
def test_a_command_works_on_the_open_documents_and_says_once_how_many_were_left_out(
    without: Project, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    code, out, err = run(capsys, *command.split())
    assert code == 0, err
    assert err.endswith(NOTE)
    assert err.count("left out") == 1
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
    assert "its text is missing" in out


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


SPEECH = "\ufeffTitle\r\n\r\nWe  will\r\nact, 👨‍👩‍👧.  They\u00a0will not.\r\n\r\nThe e\u0301nd.\r\n"
"""A file as others keep it: a byte order mark, carriage returns, white space of several kinds."""


@pytest.fixture
def speeches(tmp_path: Path) -> Path:
    """A repository of the layout of those that are referenced: a speech a file, and a file of JSON lines."""
    folder = tmp_path / "somewhere" / "speeches"
    (folder / "data" / "Session 1 [2019]").mkdir(parents=True)
    (folder / "data" / "Session 1 [2019]" / "A #1.txt").write_bytes(SPEECH.encode())
    rows = [{"text": "Not this.", "id": 1}, {"text": "They  warned us.\n\nWe answered 🌊.", "id": 2}]
    (folder / "statements.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "x")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def index(speeches: Path, **changes: object) -> Path:
    """An index of both texts beside the repository, the first with other values in its line."""
    commit, speech = git(speeches, "rev-parse", "HEAD"), SPEECH.encode()
    statements = (speeches / "statements.json").read_bytes()
    start, end = SPEECH.index("We"), SPEECH.index("The e") - 4
    texts = ("We will act, 👨‍👩‍👧. They will not.\nThe e\u0301nd.\n", "They warned us.\nWe answered 🌊.\n")
    common = {
        "repository": "example/speeches",
        "commit": commit,
        "date": "2019",
        "speaker": "ARV",
        "speaker_of": "ARV",
        "licence": "CC0-1.0",
    }
    rows = [
        {"doc": "arv-2019", "path": "data/Session 1 [2019]/A #1.txt", "source_sha256": sha256(speech), "genre": "speech", "window": "dense",
         "passages": [[start, end], [SPEECH.index("The e"), len(SPEECH) - 2]], "sha256": digest(texts[0]), "split": "train"} | changes,
        {"doc": "statement-2", "path": "statements.json", "line": 2, "field": "text", "source_id": "2", "source_sha256": sha256(statements),
         "genre": "statement", "window": "whole", "passages": [[0, 16], [18, 32]], "sha256": digest(texts[1])},
    ]  # fmt: skip
    path = speeches.parent / "index.jsonl"
    path.write_text("".join(json.dumps(common | row) + "\n" for row in rows))
    return path


BROUGHT = "2 brought; 2 of 2 referenced documents at hand\n"


def test_an_index_becomes_seeds_that_keep_the_rules(small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "texts", "--add", str(index(speeches))) == (
        0, "missing       arv-2019\nmissing       statement-2\n2 seeds written; 0 of 2 referenced documents at hand\n", ""
    )  # fmt: skip
    assert run(capsys, "validate", "--ignore", "RL607")[0] == 0
    seed = sources.seed(small_project.seeds, "arv-2019")
    assert (seed.event, seed.origin, seed.license) == ("speaker-arv", "referenced", "CC0-1.0")
    assert sources.seed(small_project.seeds, "statement-2").event == "statement-2"
    assert not list(small_project.seeds.glob("arv*.txt"))
    assert run(capsys, "texts", "--add", str(index(speeches)))[1].endswith("0 seeds written; 0 of 2 referenced documents at hand\n")
    assert run(capsys, "texts", "--add", str(index(speeches, date="2020")))[0] == 2


def test_a_withdrawn_text_gets_no_seed(small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    withdrawn = {"old": digest("They warned us.\nWe answered 🌊.\n")}
    (small_project.corpus / "withdrawn.json").write_text(json.dumps(withdrawn))
    assert run(capsys, "texts", "--add", str(index(speeches))) == (
        2, "", "redline: statement-2: its text was withdrawn as `old` (withdrawn.json); needed: another text\n"
    )  # fmt: skip
    assert not (small_project.seeds / "arv-2019.json").exists()


@pytest.mark.parametrize("layout", ["a clone", "a bare clone", "a folder of clones", "another commit", "excerpts"])
def test_texts_come_out_of_any_folder_that_has_them(
    small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str], layout: str, tmp_path: Path
) -> None:
    run(capsys, "texts", "--add", str(index(speeches)))
    folder = speeches
    if layout == "a bare clone":
        folder = tmp_path / "mirror"
        git(tmp_path, "clone", "--quiet", "--bare", str(speeches), str(folder))
    elif layout == "a folder of clones":
        folder = speeches.parent
    elif layout == "another commit":
        for path in speeches.glob("**/*.*"):
            if path.suffix in (".txt", ".json"):
                path.write_text("other")
    elif layout == "excerpts":
        run(capsys, "texts", "--from", str(speeches))
        folder = tmp_path / "excerpts"
        small_project.texts.rename(folder)
    assert run(capsys, "texts", "--from", str(folder)) == (0, BROUGHT, "")
    assert (small_project.texts / "arv-2019.txt").read_text() == "We will act, 👨‍👩‍👧. They will not.\nThe e\u0301nd.\n"
    assert run(capsys, "texts")[1] == "at hand       arv-2019\nat hand       statement-2\n2 of 2 referenced documents at hand\n"


def test_what_does_not_fit_is_listed_and_left_out(small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "texts", "--add", str(index(speeches, passages=[[20, 40]])))
    code, out, err = run(capsys, "texts", "--from", str(speeches))
    assert (code, out) == (1, "1 brought; 1 of 2 referenced documents at hand\n")
    assert "A #1.txt has other words at the places of the passages (sha256 differs)" in err
    assert not (small_project.texts / "arv-2019.txt").exists()


def test_of_many_missing_texts_only_the_first_are_listed(
    small_project: Project, speeches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "texts", "--add", str(index(speeches)))
    monkeypatch.setattr(command, "SHOWN", 1)
    (tmp_path / "empty").mkdir()
    code, _, err = run(capsys, "texts", "--from", str(tmp_path / "empty"))
    assert (code, [line.split(":")[0] for line in err.splitlines()]) == (1, ["arv-2019", "and 1 more (--json lists them all)"])


def test_a_file_of_another_commit_is_refused(small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "texts", "--add", str(index(speeches, source_sha256="0" * 64)))
    assert "is another version of the file (sha256 differs)" in run(capsys, "texts", "--from", str(speeches))[2]
    assert not (small_project.texts / "arv-2019.txt").exists()


@pytest.mark.parametrize("allowed", [True, False])
def test_clone_brings_the_texts_whether_or_not_the_server_serves_single_commits(
    small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    run(capsys, "texts", "--add", str(index(speeches)))
    (speeches / "later.txt").write_text("later")
    git(speeches, "add", ".")
    git(speeches, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "y")
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git(speeches, "config", name, str(allowed).lower())
    # Protocol 2 serves any commit; the older one asks for leave.
    settings = {f"url.file://{speeches}.insteadOf": "https://github.com/example/speeches", "protocol.version": "2" if allowed else "0"}
    pairs = [(f"KEY_{n}", key) for n, key in enumerate(settings)] + [(f"VALUE_{n}", value) for n, value in enumerate(settings.values())]
    for name, value in [("COUNT", "2"), *pairs]:
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert run(capsys, "texts", "--clone")[:2] == (0, BROUGHT)
    assert run(capsys, "texts", "--clone")[:2] == (0, "2 of 2 referenced documents at hand\n")


@pytest.mark.parametrize("name", ["repository", "commit"])
def test_a_seed_of_a_stranger_gives_git_no_option_and_no_command(
    name: str, small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "texts", "--add", str(index(speeches)))
    victim = small_project.root / "victim"
    hostile = {
        "repository": {"repository": f"ext::sh -c touch% {victim}"},
        "commit": {"repository": str(speeches), "commit": f"--upload-pack=touch {victim};git-upload-pack"},
    }[name]
    for path in small_project.seeds.glob("*.json"):
        seed = json.loads(path.read_text(encoding="utf-8"))
        if "reference" in seed:
            path.write_text(json.dumps(seed | {"reference": seed["reference"] | hostile}), encoding="utf-8")
    code, _, error = run(capsys, "texts", "--clone")
    assert (code, error.count("\n")) == (2, 1)
    assert "is not a repository or commit; needed: an https URL and a commit of 40 digits" in error
    assert not victim.exists()


def test_a_referenced_document_goes_through_the_project_from_its_index_to_bare_gold(
    small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "texts", "--add", str(index(speeches)), "--from", str(speeches))
    for rater in ("r1", "r2"):
        sheet = {"doc": "arv-2019", "rater": rater, "layers": ["threat"], "passages": []}
        path = tmp_path / f"{rater}.json"
        path.write_text(json.dumps(sheet))
        assert run(capsys, "import", str(path), "--format", "quotes")[0] == 0
    assert run(capsys, "adjudicate", "arv-2019")[0] == 0
    assert run(capsys, "split")[0] == 0
    assert json.loads((small_project.corpus / "splits.json").read_text())["arv-2019"] == "train"
    assert json.loads((small_project.gold / "arv-2019.jsonl").read_text().splitlines()[1])["length"] == len("The e\u0301nd.")


def built(project: Project, out: Path) -> Path:
    return build.build(contents.of_project(project, lambda _: None, baselines=False), out)


def test_a_release_has_referenced_documents_apart_and_without_words_the_same_with_their_texts_and_without(
    referring: Project, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    folder = built(referring, tmp_path / "one")
    assert verify.problems(folder, taxonomy) == []
    gold = projects.load(referring).documents[DOC]
    spans = [row for split in SPLITS for row in parquet.read(folder / "data" / "referenced_spans", split)]
    sentences = [row for split in SPLITS for row in parquet.read(folder / "data" / "referenced_sentences", split)]
    assert [(row["id"], row["start"], row["label"], row["text"]) for row in spans] == [
        (span.id, span.start, span.label, None) for one in gold.records for span in one.spans
    ]
    rated = [row for split in SPLITS for row in parquet.read(folder / "data" / "referenced_raters", split)]
    files = projects.load(referring).raters
    assert [(row["rater"], row["passage"], [span["id"] for span in row["spans"]]) for row in rated] == [
        (rater, one.meta.passage, [span.id for span in one.spans]) for rater in ("r1", "r2") for one in files[rater][DOC].records
    ]
    assert [row["passage_sha256"] for row in sentences] == [digest(one.text) for one in gold.records for _ in one.sentences]
    assert {row["repository"] for row in sentences} == {REPOSITORY}
    assert {row["doc"] for row in sentences} == {DOC}
    assert DOC not in {row["doc"] for split in SPLITS for row in parquet.read(folder / "data" / "documents", split)}
    text = (referring.texts / f"{DOC}.txt").read_text()
    assert leaked({DOC: text}, [path for path in folder.rglob("*") if path.is_file()]) == []
    splits = projects.load(referring).splits
    before = references.of_project(referring, splits)
    (referring.texts / f"{DOC}.txt").unlink()
    assert references.of_project(referring, splits) == before


def test_a_release_with_words_of_a_referenced_document_is_refused(
    referring: Project, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = references.rows
    monkeypatch.setattr(references, "rows", lambda *all_: ((name, row | {"text": "words"}) for name, row in rows(*all_)))
    assert f"referenced_spans: {DOC} is referenced and has words" in verify.problems(built(referring, tmp_path / "out"), taxonomy)


def test_the_card_has_the_agreement_on_real_text_as_the_files_of_the_raters_give_it(
    referring: Project, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    files = projects.load(referring).raters
    here = {rater: {DOC: files[rater][DOC]} for rater in ("r1", "r2")}
    (expected,) = (one.shown for one in figures(here, taxonomy, counts.BOOT) if (one.layer, one.label, one.score.metric) == WANTED)
    card = (built(referring, tmp_path / "out") / "README.md").read_text(encoding="utf-8")
    real = card[card.index("Agreement of the raters of real text") :]
    assert f"| entities | all | exact_f1 | {expected} |" in real
    assert expected != "undefined"


@pytest.mark.parametrize("changed", [{"spans": {"start": 3, "end": 10**6}}, {"sentences": {"start": 5, "end": 5}}])
def test_a_release_with_a_rating_outside_of_its_passage_is_refused(
    changed: dict[str, Any], referring: Project, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rating = references._rating

    def moved(record: Record) -> dict[str, Any]:
        row = rating(record)
        return row | {name: [one | place for one in row[name]] for name, place in changed.items()}

    monkeypatch.setattr(references, "_rating", moved)
    found = verify.problems(built(referring, tmp_path / "out"), taxonomy)
    assert any(f"referenced_raters: {DOC} 0: " in line and "is not in a passage of" in line for line in found)


def test_pages_are_not_stale_with_the_texts_nor_without(referring: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "docs")[0] == 0
    page = (referring.docs / "corpus.md").read_text()
    assert "1 referenced documents have two raters, and 1 have gold." in page
    assert page.index("2 documents (") < page.index("1 referenced documents")
    (referring.texts / f"{DOC}.txt").unlink()
    assert run(capsys, "docs", "--check")[0] == 0


LONGEST = 10
"""From this many words on a run of a referenced text is a quotation."""


def leaked(texts: dict[str, str], files: list[Path]) -> list[str]:
    """The files that contain a run of ten words of a text which no other text contains."""
    counts = Counter(run for text in texts.values() for run in runs(text, LONGEST))
    own = {run for run, count in counts.items() if count == 1}
    return [str(path) for path in files if own & runs(path.read_bytes().decode("utf-8", "replace"), LONGEST)]


def test_a_run_of_ten_words_is_found_and_one_of_nine_is_not(tmp_path: Path) -> None:
    text = "one two three four five six seven eight nine ten eleven"
    for name, words in (("nine", text.split()[:9]), ("ten", text.split()[1:])):
        (tmp_path / name).write_text(f'{{"text":"Then {" ".join(words)} then."}}')
    files = sorted(tmp_path.iterdir())
    assert leaked({"a": text, "b": "other words"}, files) == [str(tmp_path / "ten")]
    assert leaked({"a": text, "b": text}, files) == []


def test_no_file_of_the_project_has_a_run_of_ten_words_of_a_referenced_text() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "texts").glob("*.txt")}
    for path in (ROOT / "texts" / "sentences").glob("*.jsonl"):
        texts |= {name: row.text for name, row in cited.words(path).items() if len(row.text.split()) >= LONGEST}
    if not texts:
        pytest.skip("no referenced text is at hand")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    made = [path for name in ("models", "dist") for path in (ROOT / name).rglob("*") if path.is_file()]
    assert leaked(texts, [*(ROOT / name for name in tracked if (ROOT / name).is_file()), *made]) == []


def test_a_blind_reread_is_compared_with_gold_without_the_words(without: Project, capsys: pytest.CaptureFixture[str]) -> None:
    again = without.corpus / "audit" / "referenced"
    again.mkdir(parents=True, exist_ok=True)
    gold = next(jsonl.read_places(without.gold / f"{DOC}.jsonl"))
    threats = [span for one in gold.records for span in one.layer("threat")]
    missed = tuple(msgspec.structs.replace(one, spans=tuple(s for s in one.spans if s != threats[0])) for one in gold.records)
    jsonl.write([msgspec.structs.replace(gold, records=missed)], again / f"{DOC}.jsonl")
    assert run(capsys, "docs")[0] == 0
    page = (without.docs / "corpus.md").read_text()
    # All but one of the threat spans of gold are found again: precision 1, recall (n - 1) / n.
    n = len(threats)
    assert f"| threat | `exact_f1` | {2 * (n - 1) / (2 * n - 1):.3f} | {n} | {n - 1} |" in page
    assert "Verdicts" not in page
    judged = [["gold", "gold"], ["gold", "reread"], ["neither", "neither"]]
    differences = [{"doc": DOC, "passage": 0, "layer": "threat", "kind": "only in gold", "verdicts": verdicts} for verdicts in judged]
    verdicts = {"date": "2026-11-26", "by": ["one", "two"], "how": "blind", "differences": differences}
    (again / "verdicts.json").write_text(json.dumps(verdicts))
    assert run(capsys, "docs")[0] == 0
    page = (without.docs / "corpus.md").read_text()
    rows = "| gold | 2 | 1 | 1 |\n| reread | 0 | 1 | 0 |\n| both | 0 | 0 | 0 |\n| neither | 1 | 1 | 1 |"
    assert f"| right is | one | two | all judges |\n|---|---:|---:|---:|\n{rows}" in page
    assert run(capsys, "docs", "--check")[0] == 0


def test_the_agreement_of_two_raters_on_roles_is_that_of_relations_with_given_heads(
    without: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = next(jsonl.read_places(without.gold / f"{DOC}.jsonl"))
    drawn = [one for record in gold.records for one in record.relations]
    assert len({one.label for one in drawn}) > 1
    for rater, left_out in (("one", None), ("two", drawn[0])):
        records = (msgspec.structs.replace(one, relations=tuple(r for r in one.relations if r is not left_out)) for one in gold.records)
        folder = without.corpus / "roles" / rater
        folder.mkdir(parents=True)
        jsonl.write([Document(DOC, tuple(records))], folder / f"{DOC}.jsonl")
    page = without.docs / "corpus.md"
    page.write_text("<!-- roles: written by `make docs` -->\n<!-- end -->\n")
    assert run(capsys, "docs")[0] == 0
    layer = next(record.by_id[drawn[0].head_id].layer for record in gold.records if drawn[0] in record.relations)
    n = sum(record.by_id[one.head_id].layer == layer for record in gold.records for one in record.relations)
    text = page.read_text()
    # Rater two lacks one of n relations: F1 is 2 (n - 1) / (2 n - 1). Both have the same helper spans.
    assert f"| {layer} | all | `relation_f1` | {2 * (n - 1) / (2 * n - 1):.3f} | {n} | {n - 1} |" in text
    assert "| arguments | all | `exact_f1` | 1.000 |" in text
    assert "entities" not in text
    assert "alpha" not in text


@pytest.fixture
def sentences(small_project: Project, speeches: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project with a set of two sentences, of which no word is at hand."""
    passage = [SPEECH.index("We"), SPEECH.index("The e") - 4]
    texts = ("We will act, 👨‍👩‍👧.", "They will not.")
    common = {
        "repository": "example/speeches", "commit": git(speeches, "rev-parse", "HEAD"), "path": "data/Session 1 [2019]/A #1.txt",
        "source_sha256": sha256(SPEECH.encode()), "passage": passage, "chosen_by": "model", "date": "2019", "speaker": "ARV",
        "speaker_of": "ARV", "split": "train", "licence": "CC0-1.0",
    }  # fmt: skip
    bounds = ([0, len(texts[0])], [len(texts[0]) + 1, len(texts[0]) + 1 + len(texts[1])])
    rows = [{"id": f"s{n}", "sentence": place, "sha256": digest(text)} for n, (text, place) in enumerate(zip(texts, bounds, strict=True))]
    path = speeches.parent / "single.jsonl"
    path.write_text("".join(json.dumps(common | row) + "\n" for row in rows))
    assert run(capsys, "texts", "--add", str(path))[1].startswith("0 of 2 sentences of `single` at hand\n")
    return small_project


def test_a_withdrawn_sentence_is_reported_and_does_not_come_back(
    sentences: Project, speeches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sentences.corpus / "withdrawn.json").write_text(json.dumps({"old": digest("They will not.")}))
    code, out, _ = run(capsys, "validate", "--select", "RL217")
    assert code == 1
    assert "withdrawn.json: error RL217 withdrawn-text: the text of seed `s1` was withdrawn as `old`" in out
    (sentences.seeds / "sentences" / "single.jsonl").unlink()
    assert run(capsys, "validate", "--select", "RL217")[0] == 0
    code, _, err = run(capsys, "texts", "--add", str(speeches.parent / "single.jsonl"))
    assert (code, err) == (2, "redline: s1: its text was withdrawn as `old` (withdrawn.json); needed: another text\n")
    assert not (sentences.seeds / "sentences" / "single.jsonl").exists()


def test_single_sentences_come_out_of_a_clone_with_what_is_around_them(
    sentences: Project, speeches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "texts", "--from", str(speeches))[1].startswith("2 of 2 sentences of `single` at hand\n")
    known = cited.words(sentences.texts / "sentences" / "single.jsonl")
    assert known["s1"] == cited.Words("s1", "They will not.", "We will act, 👨‍👩‍👧.", "")
    (sentences.texts / "sentences").rename(speeches.parent / "excerpts")
    assert run(capsys, "texts", "--from", str(speeches.parent / "excerpts"))[1].startswith("2 of 2 sentences of `single` at hand\n")


def test_records_of_single_sentences_are_bare_and_valid_with_their_words_and_without(
    sentences: Project, speeches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "texts", "--from", str(speeches))
    blank = cited.blank(sentences.seeds, sentences.texts, "single", sentences.taxonomy().scheme)
    records = [msgspec.structs.replace(one, cats={"THREAT": 1.0}) for one in blank]
    path = sentences.corpus / "sentences" / "single.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"".join(encode(one) + b"\n" for one in records))
    assert b"text" not in path.read_bytes()
    assert projects.load(sentences).sentences == {"single": tuple(records)}
    assert run(capsys, "validate", "--ignore", "RL607")[0] == 0
    (sentences.texts / "sentences" / "single.jsonl").unlink()
    assert projects.load(sentences).sentences == {"single": ()}
    code, out, _ = run(capsys, "validate", "--ignore", "RL607")
    assert code == 0, out
    assert "2 referenced texts missing" in out


def rate(sentences: Project, **labels: tuple[str, str]) -> None:
    folder = sentences.corpus / "sentences" / "ratings" / "single"
    folder.mkdir(parents=True, exist_ok=True)
    for rater, (first, second) in labels.items():
        (folder / f"{rater}.json").write_text(json.dumps({"rater": rater, "labels": {"s0": first, "s1": second}}))


def test_gold_of_single_sentences_is_what_raters_agree_on_or_what_was_decided(
    sentences: Project, speeches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate(sentences, r1=("THREAT", "NONE"), r2=("THREAT", "WARNING"))
    found = json.loads(run(capsys, "sentences", "single", "--json")[1])
    # Values THREAT 2, NONE 1, WARNING 1: of 12 ordered pairs 10 differ, and one of two units does: 1 - (3 * 2) / 10.
    assert found["alpha"] == pytest.approx(0.4)
    assert found["agreement"][1] == {"label": "THREAT", "both": 1, "one": 0, "neither": 1, "f1": 1.0}
    assert (found["differences"], found["open"]) == ({"s1": {"r1": "NONE", "r2": "WARNING"}}, ["s1"])
    code, _, error = run(capsys, "sentences", "--write")
    assert code == 2
    assert "1 differences are open (s1)" in error
    path = sentences.corpus / "sentences" / "single.jsonl"
    assert not path.exists()
    decision = ["--label", "WARNING", "--by", "anna", "--note", "harm to the addressee"]
    assert run(capsys, "sentences", "--decide", "s0", *decision)[0] == 2, "the raters agree on it"
    assert run(capsys, "sentences", "--decide", "s1", *decision, "--write")[0] == 0
    run(capsys, "texts", "--from", str(speeches))
    first, second = projects.load(sentences).sentences["single"]
    assert (first.text, second.text) == ("We will act, 👨‍👩‍👧.", "They will not.")
    assert [one.cats for one in (first, second)] == [
        {name: float(name == label) for name in ("ULTIMATUM", "THREAT", "WARNING", "DEMAND")} for label in ("THREAT", "WARNING")
    ]
    assert run(capsys, "validate", "--ignore", "RL607")[0] == 0


def test_a_release_has_the_class_of_single_sentences_and_where_they_are(
    sentences: Project, capsys: pytest.CaptureFixture[str], taxonomy: Taxonomy, tmp_path: Path
) -> None:
    rate(sentences, r1=("THREAT", "NONE"), r2=("THREAT", "NONE"))
    assert run(capsys, "sentences", "--write")[0] == 0
    folder = built(sentences, tmp_path / "one")
    assert verify.problems(folder, taxonomy) == []
    first, second = parquet.read(folder / "data" / "referenced_sentences", "train")
    assert [(row["doc"], row["threat_sentence"], row["act_type"], row["criticism_sentence"]) for row in (first, second)] == [
        ("s0", "THREAT", "THREAT", None), ("s1", "NONE", "NONE", None),
    ]  # fmt: skip
    # The second sentence is 14 code points long and comes after 19 and a space in its passage.
    names = ("offset", "length", "start", "end", "text", "window", "speaker", "passage_sha256")
    assert [second[name] for name in names] == [20, 14, 0, 14, None, "sentence", "ARV", digest("They will not.")]
    assert (first["file_start"], first["repository"]) == (SPEECH.index("We"), "https://github.com/example/speeches")
    assert not (folder / "data" / "referenced_spans").exists()


@pytest.mark.parametrize(
    ("labels", "reason"),
    [({"s0": "NONE"}, "1 sentences are missing"), ({"s0": "NONE", "s1": "RUDE"}, "no class `RUDE`"), (["s0"], "is unusable")],
)
def test_ratings_of_another_form_are_refused(sentences: Project, capsys: pytest.CaptureFixture[str], labels: object, reason: str) -> None:
    rate(sentences, r1=("NONE", "NONE"))
    (sentences.corpus / "sentences" / "ratings" / "single" / "r2.json").write_text(json.dumps({"rater": "r2", "labels": labels}))
    code, _, error = run(capsys, "sentences")
    assert (code, reason in error) == (2, True), error


@pytest.mark.parametrize("length", [0, 1_000_001, 10**20])
def test_a_bare_record_of_an_impossible_length_is_refused(referring: Project, capsys: pytest.CaptureFixture[str], length: int) -> None:
    path = referring.gold / f"{DOC}.jsonl"
    line = path.read_bytes().splitlines(keepends=True)[0]
    had = line[: line.index(b",")]
    path.write_bytes(line.replace(had, b'{"length":%d' % length))
    code, out, error = run(capsys, "validate", str(path))
    assert code == 1
    assert "length" in out, error
    with pytest.raises(RedlineError, match=f"{DOC}.jsonl:1"):
        projects.load(referring)
