"""The base of the package is enough for what needs no model, no plot and no release; the rest names the extra that it needs."""

import json
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from conftest import ROOT, small
from redline.core.errors import RedlineError
from redline.report import plots

BASE = {
    "filelock", "ftfy", "jsonschema-rs", "msgspec", "numpy", "packaging", "regex", "sentencex", "shtab",
    "srsly", "wcwidth",
}  # fmt: skip
RUN = """
import contextlib, io, json, sys
from redline.cli import main
results = []
for command in json.load(sys.stdin):
    streams = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        code = main(command)
    results.append([code, *(stream.getvalue() for stream in streams)])
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and links to the libraries that its base requires, and to nothing else."""
    folder = tmp_path_factory.mktemp("base")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    (metadata,) = (folder / "site").glob("redline-*.dist-info")
    for library in closure(PathDistribution(metadata)).values():
        for name in {file.parts[0] for file in library.files or () if file.parts[0] != ".."}:
            (folder / "site" / name).symlink_to(str(library.locate_file(name)))
    return folder / "site"


def closure(library: Distribution) -> dict[str, Distribution]:
    """The distributions that one requires without an extra, and those that they require in turn, by name."""
    requirements = [each for each in map(Requirement, library.requires or ()) if not each.marker or each.marker.evaluate({"extra": ""})]
    direct = {each.name: distribution(each.name) for each in requirements}
    return {name: other for each in direct.values() for name, other in closure(each).items()} | direct


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three documents."""
    return small(tmp_path_factory.mktemp("light")).root


def run(site: Path, folder: Path, *commands: list[str]) -> list[tuple[int, str, str]]:
    """Exit code, output and messages of each command in one process, which sees no library but those of the folder `site`."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", RUN], cwd=folder, env={"PYTHONPATH": str(site)}, input=json.dumps(commands), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return [tuple(result) for result in json.loads(done.stdout)]


GOLD, RATER = "corpus/gold/dam-wire.jsonl", "corpus/raters/r1/dam-wire.jsonl"


def test_the_base_of_the_wheel_is_what_reading_checking_and_scoring_need(site: Path) -> None:
    (metadata,) = site.glob("redline-*.dist-info")
    assert {Requirement(each).name for each in PathDistribution(metadata).requires or () if "extra ==" not in each} == BASE


def test_the_base_alone_validates_scores_and_shows(site: Path, folder: Path, tmp_path: Path) -> None:
    task = {"text": "Arvenia waits.", "spans": [{"start": 0, "end": 7, "label": "GPE"}]}
    tokens = [{"text": "Arvenia", "start": 0, "end": 7, "id": 0}, {"text": "waits.", "start": 8, "end": 14, "id": 1}]
    (tmp_path / "plain.jsonl").write_text(json.dumps(task | {"tokens": tokens}) + "\n")
    (tmp_path / "columns.conll").write_text("Arvenia B-GPE\nwaits O\n. O\n")
    plain, columns = str(tmp_path / "plain.jsonl"), str(tmp_path / "columns.conll")
    results = run(
        site, folder, ["docs"], ["validate", "--ignore", "RL607"], ["score", GOLD, RATER, "--boot", "50"], ["diff", GOLD, GOLD],
        ["explain", "RL209"], ["agree", "--boot", "50"], ["show", "dam-wire"], ["find", "dam"], ["status"],
        ["score", plain, plain, "--boot", "50"],
        ["score", columns, columns, "--boot", "50"], ["stats"], ["why", "dam-wire", "5:s6"], ["completion", "bash"],
        ["adjudicate", "dam-wire", "--check"],
    )  # fmt: skip
    assert [(code, error) for code, _, error in results if code] == []
    assert all(output for _, output, _ in (*results[1:3], *results[4:14]))


def test_a_command_that_needs_an_extra_names_what_installs_it(site: Path, folder: Path) -> None:
    wanted = [
        ("train", "scipy", ["train", "--model", "linear"]),
        ("release", "yaml", ["publish"]),
        ("release", "pyarrow", ["export", GOLD, "--format", "parquet", "--out", "x.parquet"]),
        ("release", "spacy", ["export", GOLD, "--format", "docbin", "--out", "x.spacy"]),
        ("release", "pyarrow", ["import", GOLD, "--format", "parquet", "--out", "x.jsonl"]),
        ("release", "spacy", ["import", GOLD, "--format", "docbin", "--out", "x.jsonl"]),
        ("annotate", "uvicorn", ["annotate", "--rater", "anna"]),
    ]
    results = run(site, folder, *(command for *_, command in wanted))
    for (extra, library, _), (code, _, error) in zip(wanted, results, strict=True):
        assert (code, error.splitlines()[-1]) == (2, f"redline: `{library}` is not installed; needed: pip install 'redline[{extra}]'")


def test_the_base_alone_exports_and_imports_tokens(site: Path, folder: Path, tmp_path: Path) -> None:
    tasks, columns = str(tmp_path / "tasks.jsonl"), str(tmp_path / "columns.conll")
    results = run(
        site, folder, ["export", GOLD, "--format", "prodigy", "--out", tasks], ["score", GOLD, tasks, "--boot", "50"],
        ["export", GOLD, "--format", "conll", "--layer", "entities", "--out", columns],
    )  # fmt: skip
    assert [code for code, _, _ in results if code == 2] == []
    assert json.loads(Path(tasks).read_text(encoding="utf-8").splitlines()[0])["tokens"]
    assert Path(columns).read_text(encoding="utf-8")


def test_a_plot_needs_the_report_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RedlineError, match=r"`matplotlib` is not installed; needed: pip install 'redline\[report\]'"):
        plots.bars("documents", {"train": {"wire": 1}})
