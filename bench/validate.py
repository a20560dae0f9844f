"""How fast the validator is: tokens a second over 10,000 records, compared with plain `json.loads` and `spacy debug data`.

All in one run, on the same documents: per-document rules in one process and in two, rules on the whole corpus, a single
document from a cold start, and the memory of a run over few files and over many.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import synthetic

from redline import rules
from redline.core import taxonomy as taxonomies
from redline.core.corpus import Corpus
from redline.core.tokens import words
from redline.curate import validate
from redline.formats import jsonl
from redline.formats.spacy_docs import english
from redline.rules.check import Checker
from redline.rules.registry import Scope

RECORDS = 10_000
ROOT = Path(__file__).resolve().parents[1]


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of some runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def parse(files: list[Path]) -> None:
    """Plain json.loads over the lines of all files."""
    for path in files:
        with path.open("rb") as file:
            for line in file:
                json.loads(line)


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = synthetic.write(folder / "records", RECORDS)
        files = sorted((folder / "records").glob("*.jsonl"))
        documents = [jsonl.read_one(path) for path in files]
        tokens = sum(len(words(record.text)) for document in documents for record in document.records)
        labels = taxonomies.load(ROOT / "schemas")
        print(f"{count} records in {len(files)} files, {tokens} tokens, {len(rules.all_rules())} rules")
        loads = seconds(lambda: parse(files))
        found = validate.validate_paths(files, rules.all_rules(), labels, None, 1)
        print(f"problems found: {len(found.diagnostics)}")
        rows = [("json.loads alone", loads)]
        for workers in (1, 2):
            work = seconds(lambda workers=workers: validate.validate_paths(files, rules.all_rules(), labels, None, workers))
            rows.append((f"per-document rules, {workers} process{'es' if workers > 1 else ''}", work))
        whole = Checker([rule for rule in rules.all_rules() if rule.scope is Scope.CORPUS], labels)
        corpus = Corpus({document.id: document for document in documents}, {}, {}, {document.id: "train" for document in documents})
        rows.append(("corpus rules (duplicates, consistency)", seconds(lambda: whole.corpus(corpus, "corpus"), 1)))
        rows.append(("spacy debug data", debug_data(documents, folder)))
        for title, took in rows:
            print(f"  {title:<42} {took:7.2f} s {tokens / took:>12,.0f} tokens/s {took / loads:>8.1f} x json.loads")
        print(f"  spacy debug data / per-document rules in one process: {rows[-1][1] / rows[1][1]:.1f}")
    print(f"  one document from a cold start: {cold() * 1000:.0f} ms")
    few, many = memory(500), memory(RECORDS)
    print(f"  peak memory: {few} MB over 500 records, {many} MB over {RECORDS}")


def debug_data(documents: list[jsonl.Document], folder: Path) -> float:
    """Seconds that `spacy debug data` takes for the entities of the same documents as a DocBin."""
    from spacy.tokens import DocBin
    from spacy.util import filter_spans

    held = DocBin()
    for record in (record for document in documents for record in document.records):
        doc = english().make_doc(record.text)
        spans = [doc.char_span(s.start, s.end, label=s.label) for s in record.layer("entities")]
        doc.set_ents(filter_spans([span for span in spans if span is not None]))
        held.add(doc)
    held.to_disk(folder / "all.spacy")
    spacy = [sys.executable, "-m", "spacy"]
    config = folder / "config.cfg"
    subprocess.run([*spacy, "init", "config", str(config), "--pipeline", "ner"], check=True, capture_output=True)
    data = str(folder / "all.spacy")
    command = [*spacy, "debug", "data", str(config), "--paths.train", data, "--paths.dev", data]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begun
    if not re.search(r"training docs", done.stdout):
        raise SystemExit(f"spacy debug data did not run: {done.stderr[-500:]}")
    return took


def cold() -> float:
    """Seconds of `redline validate` of one document as a new process, the best of five."""
    path = str(ROOT / "corpus" / "gold" / "dam-wire.jsonl")
    command = [sys.executable, "-m", "redline", "validate", path]
    return seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True), 5)


def memory(records: int) -> int:
    """Peak megabytes of a `redline validate` over so many records, as Linux counts them."""
    with tempfile.TemporaryDirectory() as name:
        synthetic.write(Path(name), records)
        code = "import sys; from redline.cli import main; main(sys.argv[1:]); print(open('/proc/self/status').read())"
        command = [sys.executable, "-c", code, "validate", name, "--workers", "1"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout.split("VmHWM:")[1].split()[0]) * 1024 // 1_000_000


if __name__ == "__main__":
    main()
