"""The command line as its user meets it: sessions compared byte for byte, one line for each error, and no traceback."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, small
from redline import project as projects
from redline.cli import main
from redline.project import Project

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
DOCUMENTS = {"island-post": "train", "prisoners-communique": "train", "chess-column": "validation", "dam-wire": "test"}
"""The documents of the sessions: they have every layer, and differences between their raters."""


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_session_goes_as_written(path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path, DOCUMENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    said = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("$ redline"):
            try:
                code = main(shlex.split(line)[2:])
            except SystemExit as stop:
                code = int(str(stop.code))
            out, err = capfd.readouterr()
            said.append(f"{line}\n{out}{err}[{code}]\n")
    assert "".join(said) == path.read_text(encoding="utf-8")


def test_help_answers_without_a_project(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "redline", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "validate" in done.stdout


def test_a_command_outside_a_project_says_what_it_needs(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "redline", "train"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("redline: ")
    assert "there is no redline.toml here or above" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_problem(project: Project) -> None:
    done = subprocess.run(
        f"{sys.executable} -m redline agree --labels --boot 50 | head -1", shell=True, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("layer")
    assert done.stderr == ""


@pytest.mark.parametrize("broken", ["", "[paths]\nseeds = 3\n", "[paths", "[paths]\n"])
def test_a_broken_project_file_is_told_in_one_line(broken: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.root / "redline.toml").write_text(broken)
    assert main(["validate"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("redline: ")
    assert error.count("\n") == 1


def test_the_whole_way_from_own_tasks_to_labelled_text(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for path in project.models.glob("*.json"):
        if path.name != "leaderboard.json":
            path.unlink()
    (project.models / "crf.json").write_text('{"kind": "crf", "tasks": ["ner"], "settings": {"penalties": [[0.0, 0.1]], "iterations": 30}}')
    Path("own.jsonl").write_text("".join(json.dumps(task(place)) + "\n" for place in ("Orla", "Zeta", "Brun", "Kelm", "Sarn", "Tolk") * 3))
    Path("test.jsonl").write_text(json.dumps(task("Vosk")) + "\n")
    assert main(["train", "--train", "own.jsonl", "--test", "test.jsonl"]) == 0
    assert "exact_f1" in capsys.readouterr().out
    scores = json.loads(Path("models-own/scores.json").read_text())["scores"]
    counts = {"gold", "guessed", "documents", "holds", "seeds"}
    assert {"task", "model", "split", "layer", "label", "given", "metric", "value", "low", "high", "signature", *counts} == set(scores[0])
    Path("note.txt").write_text("The army left Marn on Monday.\n\n👨‍👩‍👧 The army left Port on Friday.\n")
    assert main(["label", "note.txt", "out.jsonl", "--models", "models-own"]) == 0
    tasks = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [[s["text"] for s in found["spans"]] for found in tasks] == [["Marn"], ["Port"]]
    assert all(found["text"][s["start"] : s["end"]] == s["text"] for found in tasks for s in found["spans"])
    assert all(found["tokens"][s["token_end"]]["end"] == s["end"] for found in tasks for s in found["spans"])
    capsys.readouterr()
    assert main(["validate", "out.jsonl", "--ignore", "RL010,RL303"]) == 0


def task(place: str) -> dict[str, object]:
    text = f"The army left {place} on Monday."
    return {"text": text, "spans": [{"start": 14, "end": 14 + len(place), "label": "GPE"}]}


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "is empty"),
        ("latin.txt", b"caf\xe9", "is not UTF-8"),
        ("empty.jsonl", b"", "contains no record"),
        ("cut.jsonl", b'{"text": "a', "is not JSON"),
    ],
)
def test_labelling_an_unusable_input_writes_nothing(
    name: str, data: bytes, says: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    train_one(capsys)
    Path(name).write_bytes(data)
    assert main(["label", name, "out.jsonl", "--model", "gazetteer"]) == 2
    assert says in capsys.readouterr().err
    assert not Path("out.jsonl").exists()
    assert list(Path().glob(".out*")) == []


def train_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--model", "gazetteer"]) == 0
    capsys.readouterr()


def test_labelling_before_training_says_what_to_do(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "seeds/dam-wire.txt", "out.jsonl", "--models", "models"]) == 2
    assert "needed: run make train first" in capsys.readouterr().err
    assert main(["label", "seeds/dam-wire.txt", "out.jsonl"]) == 0, "models come with Redline"


def test_labelling_predicts_what_was_annotated_unless_it_is_kept(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    train_one(capsys)
    gold = "corpus/gold/dam-wire.jsonl"

    def exact() -> tuple[float, str]:
        assert main(["score", gold, "out.jsonl", "--layer", "entities", "--json"]) == 0
        printed = capsys.readouterr()
        rows = json.loads(printed.out)["scores"]
        return next(row["value"] for row in rows if row["metric"] == "exact_f1" and row["label"] is None), printed.err

    assert main(["label", gold, "out.jsonl", "--model", "gazetteer"]) == 0
    assert "the annotations of 7 records were replaced by predictions (--keep keeps them)" in capsys.readouterr().err
    assert 0 < exact()[0] < 1
    # With every gold label replaced the predictions are the same: the models see texts alone.
    predicted = Path("out.jsonl").read_bytes()
    Path("odd.jsonl").write_bytes(Path(gold).read_bytes().replace(b'"label":"GPE"', b'"label":"BANANA"'))
    assert main(["label", "odd.jsonl", "out.jsonl", "--model", "gazetteer"]) == 0
    assert Path("out.jsonl").read_bytes() == predicted
    assert main(["label", gold, "out.jsonl", "--model", "gazetteer", "--keep"]) == 0
    assert "the annotations of 7 records were kept" in capsys.readouterr().err
    assert exact()[0] == 1


def test_every_text_is_labelled_whatever_its_answer(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    train_one(capsys)
    lines = [{"text": f"Orla waits, {number}.", "answer": answer} for number, answer in enumerate(("accept", "reject", "ignore"))]
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert main(["label", "in.jsonl", "out.jsonl", "--model", "gazetteer"]) == 0
    labelled = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [task["text"] for task in labelled] == [line["text"] for line in lines]


def test_scoring_texts_that_differ_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    gold = project.gold / "dam-wire.jsonl"
    Path("other.jsonl").write_bytes(gold.read_bytes().replace(b"Four-fifths", b"Five-sixths"))
    assert main(["score", str(gold), "other.jsonl"]) == 2
    assert "passage 3 of dam-wire has another text" in capsys.readouterr().err


def test_a_second_system_is_compared_on_the_same_passages(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("gold", "raters/r1", "raters/r2"):
        held = b"".join(path.read_bytes() for path in sorted((project.corpus / name).glob("*.jsonl")))
        Path(f"{Path(name).name}.jsonl").write_bytes(held)
    assert main(["score", "gold.jsonl", "r1.jsonl", "--vs", "r2.jsonl", "--layer", "threat", "--boot", "200", "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    (one,) = (s for s in scores if s["label"] is None and s["metric"] == "exact_f1")
    assert main(["score", "gold.jsonl", "r2.jsonl", "--layer", "threat", "--boot", "200", "--json"]) == 0
    (other,) = (s for s in json.loads(capsys.readouterr().out)["scores"] if s["label"] is None and s["metric"] == "exact_f1")
    assert one["difference"]["value"] == pytest.approx(one["value"] - other["value"])
    assert {s["metric"] for s in scores} >= {"exact_f1", "partial_f1", "overlap_f1", "untyped_f1", "relation_f1", "exact_macro_f1"}


def test_an_unknown_layer_names_those_there_are(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "corpus/gold/dam-wire.jsonl", "corpus/gold/dam-wire.jsonl", "--layer", "mood"]) == 2
    assert "unknown layer `mood`; there are arguments, entities, stance, threat" in capsys.readouterr().err


def test_models_that_learned_from_different_records_must_be_told_apart(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.models / "crf.json").write_text('{"kind": "crf", "tasks": ["ner"], "settings": {"penalties": [[0.0, 0.1]], "iterations": 3}}')
    assert main(["train", "--model", "gazetteer", "--out", "mine"]) == 0
    documents = (("train", "dam-wire"), ("validation", "dam-speech"), ("test", "embargo-wire"))
    own = [f"--{split}=corpus/gold/{doc}.jsonl" for split, doc in documents]
    assert main(["train", "--model", "crf", *own, "--out", "mine"]) == 0
    assert main(["label", "seeds/dam-wire.txt", "out.jsonl", "--models", "mine"]) == 2
    assert "crf and gazetteer for ner were trained on different records; needed: --model" in capsys.readouterr().err
    assert main(["label", "seeds/dam-wire.txt", "out.jsonl", "--models", "mine", "--model", "crf"]) == 0


@pytest.mark.parametrize(
    "command",
    [
        ["label", "seeds/dam-wire.txt", "/proc/x.jsonl", "--model", "gazetteer"],
        ["train", "--model", "gazetteer", "--out", "/proc/x"],
        ["export", "corpus/gold", "--format", "prodigy", "--out", "/proc/x.jsonl"],
        ["reanchor", "dam-wire", "/proc/x.txt"],
    ],
    ids=lambda command: command[0],
)
def test_a_place_that_cannot_be_written_or_read_is_told_in_a_line(
    command: list[str], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    train_one(capsys)
    assert main(command) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("redline: /proc/")
    assert "needed: " in last


@pytest.mark.parametrize(
    "command", [["agree", "--boot", "0"], ["score", "a", "b", "--boot", "-1"], ["validate", "--workers", "0"]], ids=str
)
def test_a_number_that_makes_no_sense_is_wrong_use(command: list[str], project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(command)
    assert stop.value.code == 2
    assert "invalid positive value" in capsys.readouterr().err


def test_a_terminal_without_the_characters_gets_escapes(project: Project) -> None:
    command = [sys.executable, "-m", "redline", "diff", "corpus/raters/r1/dam-wire.jsonl", "corpus/gold/dam-wire.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "\\u201cSenna\\u201d" in done.stdout
    assert done.stderr == ""


def test_training_one_model_leaves_the_project_as_usable_as_before(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    train_one(capsys)
    train_one(capsys)
    assert main(["docs", "--check"]) == 0


def test_a_reader_that_goes_away_does_not_make_a_bad_file_clean(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{\n" * 20_000)
    command = [sys.executable, "-m", "redline", "validate", "bad.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"RL007" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_too_little_memory_is_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise MemoryError

    monkeypatch.setattr(projects, "find", full)
    assert main(["stats"]) == 2
    assert capsys.readouterr().err == "redline: the memory is not enough; needed: a smaller input, or more memory\n"


@pytest.mark.parametrize(
    "command", ["import d.jsonl --out o.jsonl", "stats d.jsonl", "label d.jsonl", "export d.jsonl --format doccano --out o.jsonl"]
)
def test_json_that_is_nested_too_deeply_is_a_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.jsonl").write_text('{"text": "a", "more": ' + "[" * 100_000)
    assert main(shlex.split(command)) == 2
    assert [line for line in capsys.readouterr().err.splitlines() if "nested too deeply" in line or "is not" in line]
    assert [path.name for path in tmp_path.iterdir()] == ["d.jsonl"]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_the_caller_closed_is_no_error(closed: str) -> None:
    done = subprocess.run(f"{sys.executable} -m redline explain RL104 {closed}", shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", ["70000", "-1", "x"])
def test_a_port_that_no_machine_has_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["annotate", "--rater", "anna", f"--port={text}"])
    assert f"`{text}` is not a port; needed: a number from 0 to 65535" in capsys.readouterr().err


SEED = "ingest note.txt --licence CC0-1.0 --genre wire --origin fiction --event port --author A"


@pytest.mark.parametrize(
    "command",
    [
        f"{SEED} --title A --doc",
        f"{SEED} --doc note --title",
        "correct dam-wire 0:s1 --remove --reason slip --by",
        "correct dam-wire 0:s1 --reason slip --by anna --no-relation TARGET",
        "status",
    ],
)
def test_an_argument_that_is_not_utf8_is_one_line(command: str, adjudicated: Project) -> None:
    Path("note.txt").write_text("The port closed.\n")
    before = set(adjudicated.root.rglob("*"))
    done = subprocess.run([sys.executable, "-m", "redline", *command.split(), b"\xff\xfe"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "redline: `\\udcff\\udcfe` is not UTF-8; needed: an argument in UTF-8\n")
    assert set(adjudicated.root.rglob("*")) == before


def test_the_name_of_a_file_may_have_any_bytes(tmp_path: Path) -> None:
    names = (b"a\xff.jsonl", b"b.jsonl")
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes((ROOT / "docs" / "example.jsonl").read_bytes())
    done = subprocess.run([sys.executable, "-m", "redline", "diff", *names], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_name_that_a_library_cannot_write_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redline.rules.find", lambda _: "o\udcff".encode())
    assert main(["explain", "RL104"]) == 2
    assert capsys.readouterr().err == "redline: a name or text contains `\\udcff`, which is not UTF-8; needed: UTF-8\n"
