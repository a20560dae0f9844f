"""How results are printed: for people, as JSON, or as annotations of a GitHub workflow."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from redline.cli import excerpt, sarif
from redline.cli.style import BAD, GOOD, SIGNS, Style
from redline.core.diagnostic import Diagnostic
from redline.core.files import is_standard_output
from redline.rules.registry import Rule

if TYPE_CHECKING:
    from redline.curate.fix import Fixed
    from redline.curate.reanchor import Outcome as Reanchored
    from redline.curate.status import Step
    from redline.edit.changes import Change


def written(path: Path, line: str = "") -> None:
    """Prints what was written where; on standard error when the file itself went to standard output."""
    shown = f"{path}: {line}" if line else str(path)
    print(shown, file=sys.stderr if is_standard_output(path) else sys.stdout)


def diagnostics(found: Iterable[Diagnostic], summary: dict[str, Any], output: str) -> None:
    """Prints diagnostics and their summary; as text and for GitHub each as it comes."""
    if output == "sarif":
        as_json(sarif.log(list(found)))
        return
    if output == "json":
        as_json({"diagnostics": [_plain(item) for item in found], "summary": summary})
        return
    look = Style(sys.stdout)
    for item in found:
        print(_github(item) if output == "github" else excerpt.render(item, look))
    waived = f", {number(summary['waived'], 'problem')} waived" if summary["waived"] else ""
    looked = f"{number(summary['files'], 'file')}, {number(summary['records'], 'record')}{waived}"
    for line in summary["not_checked"]:
        print(f"not checked: {line}")
    if not summary["problems"] and not summary["not_checked"]:
        print(f"{looked}: {look.paint('clean', GOOD)}")
        return
    print(f"{looked}: {look.paint(number(summary['problems'], 'problem'), BAD)}")
    for code, count in summary["codes"].items():
        print(f"  {count:5} {code}")


def fixes(done: "list[Fixed]", stream: TextIO) -> None:
    """Prints what repairs changed: a diff of spans by file."""
    for fixed in done:
        if fixed.left:
            print(f"{fixed.path}: not changed: {fixed.left}", file=stream)
        elif fixed.written:
            print(f"{fixed.path}: repaired{'' if fixed.changes else ' (only bytes and order)'}", file=stream)
            for change in fixed.changes:
                print("\n".join(f"  {line}  [passage {change.passage}]" for line in str(change).split("\n")), file=stream)


def changes(found: "list[Change]", *, json: bool) -> None:
    """Prints the differences between two states by passage, then how many there are by label and kind."""
    counts: dict[str, dict[str, int]] = {}
    for change in found:
        kinds = counts.setdefault(change.label, {})
        kinds[change.sign] = kinds.get(change.sign, 0) + 1
    if json:
        as_json(
            {
                "changes": plain_changes(found),
                "summary": counts,
            }
        )
        return
    before, look = None, Style(sys.stdout)
    for change in found:
        if (change.doc, change.passage) != before:
            before = (change.doc, change.passage)
            print(look.bold(f"@ {change.doc}, passage {change.passage}"))
        print("\n".join(look.paint(line, SIGNS.get(line[:1], "0")) if line[:1] in SIGNS else line for line in str(change).split("\n")))
    for label, kinds in sorted(counts.items()):
        print(f"{label:<12} {' '.join(f'{sign}{count}' for sign, count in sorted(kinds.items()))}")


def plain_changes(found: "list[Change]") -> list[dict[str, Any]]:
    """Differences between two states, for JSON."""
    return [{name: getattr(change, name) for name in ("doc", "passage", "sign", "label", "what")} for change in found]


def records(path: Path) -> None:
    """Prints a file of records with one line per span; any other file as it is."""
    from redline import project as projects
    from redline.core.errors import RedlineError
    from redline.core.files import read_bytes
    from redline.edit.changes import lines
    from redline.formats import jsonl

    try:
        shown = [line for record in jsonl.read_records(path, projects.words()) for line in lines(record)]
    except RedlineError:
        # git shows what a textconv prints: a damaged file must still be seen.
        shown = read_bytes(path).decode("utf-8", "replace").split("\n")
    print("\n".join(shown))


def anchoring(outcome: "Reanchored", *, dry_run: bool) -> None:
    """Prints what became of the spans of a document with a changed text."""
    for path, anchored in outcome.files.items():
        placed = sum(len(record.spans) for record in anchored.document.records)
        print(f"{path}: {number(placed, 'span')} placed, {len(anchored.changed)} of them with changed words; {len(anchored.lost)} lost")
        for moved in anchored.changed:
            print(f"  changed: {moved.after.label} `{moved.before}` -> `{moved.after.text}` [passage {moved.passage}]; marked unsure")
        for lost in anchored.lost:
            print(f"  lost: {lost.span.label} `{lost.span.text}` {lost.span.id} [passage {lost.passage}]: {lost.why}")
    for row in outcome.renamed:
        print(f"entities.jsonl: `{row.entity}` has the name `{row.before}`; the text now has `{row.after}`: correct the table, too")
    if dry_run:
        print("nothing was written, because of --dry-run")
    else:
        print("written" if outcome.written else "nothing was written; correct the text, or remove the lost spans with --leave-out")


def plain_anchoring(outcome: "Reanchored") -> dict[str, Any]:
    """What became of the spans of a document, for JSON."""
    return {
        "files": [
            {
                "path": str(path),
                "placed": sum(len(record.spans) for record in anchored.document.records),
                "changed": [
                    {"passage": one.passage, "label": one.after.label, "before": one.before, "after": one.after.text}
                    for one in anchored.changed
                ],
                "lost": [
                    {"passage": one.passage, "label": one.span.label, "before": one.span.text, "why": one.why} for one in anchored.lost
                ],
            }
            for path, anchored in outcome.files.items()
        ],
        "renamed": [{"entity": row.entity, "before": row.before, "after": row.after} for row in outcome.renamed],
        "written": outcome.written,
    }


def rule(item: Rule) -> str:
    """A rule as `redline explain` prints it."""
    head = f"{item.code} {item.name} ({item.severity.value}; {item.family}; looks at {item.scope.value})"
    return f"{head}\n{item.summary}\n  wrong: {item.wrong}\n  right: {item.right}"


def plain_rule(item: Rule) -> dict[str, Any]:
    """A rule for JSON."""
    about = {"code": item.code, "name": item.name, "severity": item.severity.value, "family": item.family, "scope": item.scope.value}
    return about | {"summary": item.summary, "wrong": item.wrong, "right": item.right}


def as_json(value: Any) -> None:
    """Prints a value as indented JSON, unescaped."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def as_json_list(name: str, values: Iterable[Any]) -> int:
    """Prints an object with one list, each value as it comes; gives their number."""
    count = 0
    for value in values:
        print(f'{{"{name}": [' if count == 0 else ",", json.dumps(value, ensure_ascii=False), sep="\n", end="")
        count += 1
    print("\n]}" if count else f'{{"{name}": []}}')
    return count


def _plain(item: Diagnostic) -> dict[str, Any]:
    names = ("code", "name", "severity", "path", "line", "start", "end", "message", "hint")
    return {name: getattr(item, name) for name in names}


def _github(item: Diagnostic) -> str:
    kind = {"error": "error", "warning": "warning", "note": "notice"}[item.severity.value]
    message = f"{item.message}; {item.hint}" if item.hint else item.message
    for character, escape in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(character, escape)
    return f"::{kind} file={item.path},line={item.line or 1},title={item.code} {item.name}::{message}"


def steps(found: "list[Step]") -> None:
    """Prints what is next for documents, those in one state together, with the command for it."""
    from redline.curate.status import STATES as ORDER

    width, look = max((len(step.doc) for step in found), default=0), Style(sys.stdout)
    for state in dict.fromkeys(sorted((step.state for step in found), key=ORDER.index)):
        print(look.bold(state))
        for step in (step for step in found if step.state == state):
            command = f"; run {look.paint(step.command, '36')}" if step.command else ""
            print(f"  {step.doc:<{width}}  {step.what}{command}")


def counted(summary: dict[str, int]) -> str:
    """The number of documents, and how many are in each state."""
    parts = ", ".join(f"{count} {state}" for state, count in summary.items())
    return number(sum(summary.values()), "document") + (f": {parts}" if parts else "")


def number(count: int, one: str, several: str = "") -> str:
    """A count with its noun in the right number."""
    return f"{count} {one if count == 1 else several or one + 's'}"
