"""How long `redline label` takes for one paragraph, from the command to the written file: the best of three, by model.

Run `make train` first.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = "We will strike Orla if the embargo stays, the minister said. Officials condemned the closure of the port.\n"


def seconds(*options: str) -> str:
    """The seconds of the fastest of three runs, or why it did not run."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text.txt").write_text(TEXT)
        command = [sys.executable, "-m", "redline", "label", f"{folder}/text.txt", f"{folder}/out.jsonl", *options]
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stderr.splitlines()[-1]
            times.append(time.perf_counter() - begun)
    return f"{min(times):.2f} s"


def main() -> None:
    """Prints a line for the best models, and for each model alone."""
    names = sorted({path.parent.parent.name for path in (ROOT / "models").glob("*/*/artefact.json")})
    if not names:
        print("label: there are no trained models; run make train first")
        return
    print(f"label one paragraph, the best model of each task: {seconds()}")
    for name in names:
        print(f"label one paragraph, {name} alone: {seconds('--model', name)}")


if __name__ == "__main__":
    main()
