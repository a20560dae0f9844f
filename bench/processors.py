"""Whether a model's scores depend on the processor: trains it on pretended ones and counts which rows differ from this one's.

    .venv/bin/python bench/processors.py [MODEL [TASK]]     (default: linear, all its tasks)

A processor is pretended by environment variables that OpenBLAS, numpy and the C library read. BLIS reads none.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NO_AVX512 = "X86_V4 AVX512_ICL"
PRETENDED = {
    "as it is": {},
    "two threads": {"OPENBLAS_NUM_THREADS": "2"},
    "another hash seed": {"PYTHONHASHSEED": "7"},
    "OpenBLAS for Skylake-X": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "OpenBLAS for Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "numpy with what it has": {"NPY_DISABLE_CPU_FEATURES": ""},
    "numpy without AVX2": {"NPY_DISABLE_CPU_FEATURES": f"X86_V3 {NO_AVX512}"},
    "C library without FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX"},
}


def rows(model: str, task: list[str], environment: dict[str, str]) -> list[object]:
    """The value of each row of each task when the model is trained with one seed in an environment."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "redline", "train", "--model", model, "--out", folder, "--json"]
        named = ["--task", *task] if task else []
        done = subprocess.run([*command, *named], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True)
    return [
        (row["task"], row["metric"], row["label"], row["value"], (row.get("seeds") or {}).get("mean"))
        for row in json.loads(done.stdout)["scores"]
    ]


def main() -> None:
    """Prints a line for each pretended processor."""
    model, task = (sys.argv[1:2] or ["linear"])[0], sys.argv[2:3]
    here = rows(model, task, {})
    for name, environment in PRETENDED.items():
        there = rows(model, task, environment)
        different = sum(one != other for one, other in zip(here, there, strict=True))
        print(f"{name:<24} {different:>4} of {len(here)} rows differ", flush=True)


if __name__ == "__main__":
    main()
