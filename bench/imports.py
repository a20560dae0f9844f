"""What it costs to start: `import redline` and `redline --help` compared with a bare Python, the median of several processes."""

import statistics
import subprocess
import sys
import time

RUNS = 21
BARE = "pass"
COMMANDS = {"import redline": "import redline", "redline --help": "from redline.cli import main; main(['--help'])"}


def milliseconds(code: str) -> float:
    """The median wall clock of a process that runs `code`."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


if __name__ == "__main__":
    bare = milliseconds(BARE)
    print(f"bare Python: {bare:.0f} ms")
    for name, code in COMMANDS.items():
        print(f"{name}: {milliseconds(code) - bare:.0f} ms more")
