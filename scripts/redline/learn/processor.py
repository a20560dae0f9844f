"""Pins of what a processor decides of floating-point results, set before numpy is imported.

Three libraries choose their instructions by the processor, and so the last digits of sums: OpenBLAS (logistic regression,
norms of gradients), numpy's own loops, and BLIS, by which thinc multiplies matrices. The first two read environment
variables, and the number of threads is one of them; BLIS reads none, and the C library's `exp` and `log` choose too.
"""

import os
import platform
from collections.abc import MutableMapping
from pathlib import Path

PINS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    # Names that numpy or the processor does not have are ignored: these are the names of several numpy versions.
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL",
}
NEEDED = "avx2"
"""The instructions that the pinned code needs; a processor without them keeps its own choice."""


def pin(environment: MutableMapping[str, str] = os.environ, processors: Path = Path("/proc/cpuinfo")) -> None:
    """Sets the pins that the environment leaves open; on other processors than x86-64 with AVX2 only the numbers of threads."""
    everywhere = platform.machine() != "x86_64" or not _has(processors)
    for name in list(PINS)[: 2 if everywhere else None]:
        environment.setdefault(name, PINS[name])


def _has(processors: Path) -> bool:
    try:
        return NEEDED in processors.read_text(encoding="utf-8").split()
    except OSError:
        return False
