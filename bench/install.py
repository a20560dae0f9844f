"""Megabytes and seconds of the base and of each extra: the wheel of a folder, installed by uv into empty environments.

    python bench/install.py [FOLDER]

Each environment is made four times and the fastest is printed, so that seconds are those of a machine that has downloaded the
packages before. Files are copied, not linked. The megabytes are those of the environment without Python itself.
"""

import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")


def wheel(source: Path, folder: Path) -> Path:
    """The wheel of a folder with a pyproject.toml."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=source, check=True, capture_output=True
    )
    return next(folder.glob("*.whl"))


def installed(what: str, folder: Path) -> tuple[float, float]:
    """The seconds that an installation takes, and its megabytes."""
    subprocess.run([UV, "venv", "--quiet", "--clear", folder], check=True)
    empty = size(folder)
    start = time.perf_counter()
    command = [UV, "pip", "install", "--quiet", "--link-mode", "copy", "--python", folder / "bin" / "python", what]
    subprocess.run(command, check=True)
    return time.perf_counter() - start, size(folder) - empty


def size(folder: Path) -> float:
    """The megabytes of a folder's files."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def main(source: Path) -> None:
    extras = tomllib.loads((source / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    print("| installed | megabytes | seconds |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        path = wheel(source, Path(scratch))
        for name in ["", *extras]:
            what = f"{path}[{name}]" if name else str(path)
            seconds, megabytes = min(installed(what, Path(scratch) / "environment") for _ in range(4))
            print(f"| `{f'redline[{name}]' if name else 'redline'}` | {megabytes:.0f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
