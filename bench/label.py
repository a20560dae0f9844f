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


def seconds(*options: str) -> float:
    """The seconds of the fastest of three runs."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text.txt").write_text(TEXT)
        command = [sys.executable, "-m", "redline", "label", f"{folder}/text.txt", f"{folder}/out.jsonl", *options]
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
            times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    """Prints a line for the best models, and for each model alone."""
    names = sorted({path.parent.parent.name for path in (ROOT / "models").glob("*/*/artefact.json")})
    if not names:
        print("label: there are no trained models; run make train first")
        return
    print(f"label one paragraph, the best model of each task: {seconds():.2f} s")
    for name in names:
        print(f"label one paragraph, {name} alone: {seconds('--model', name):.2f} s")


if __name__ == "__main__":
    main()
