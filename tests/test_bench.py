"""The benches run: a short fuzz, and synthetic records that no rule problems."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from redline.cli import main


def test_damaged_files_never_crash_the_validator() -> None:
    done = subprocess.run([sys.executable, "bench/fuzz.py", "6000", "3"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("6000 damaged inputs, no exception")
    # The blows reach every depth: bytes, JSON, shape, places, labels and relations.
    assert all(code in done.stdout for code in ("RL001", "RL007", "RL010", "RL102", "RL304", "RL401"))


@pytest.mark.slow
def test_damaged_files_never_crash_a_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["fuzz_commands.py", "8", "3"])
    importlib.import_module("fuzz_commands").main()
    out, err = capsys.readouterr()
    assert (out.split(";")[0], err) == ("8 damaged inputs, no exception", "")


def test_synthetic_records_are_clean_however_many_processes_look(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, 'bench'); import synthetic; from pathlib import Path; synthetic.write(Path(sys.argv[1]), 400)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    assert main(["validate", str(tmp_path)]) == 0
    assert main(["validate", str(tmp_path), "--workers", "2"]) == 0


def test_processes_share_files_without_changing_the_order_of_problems(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"d{number:02}.jsonl").write_bytes((ROOT / "docs" / "example.jsonl").read_bytes())
    command = [sys.executable, "-m", "redline", "validate", str(tmp_path), "--workers"]
    one, two = (subprocess.run([*command, workers], capture_output=True, text=True, check=False).stdout for workers in "12")
    assert one == two
    assert one.count("RL102 span-text-differs: span") == 40
