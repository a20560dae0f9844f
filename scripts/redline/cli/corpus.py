"""Commands on texts and annotations."""

import argparse
import sys
from pathlib import Path
from typing import Any

from redline.cli import shapes, sharded
from redline.cli.numbers import positive


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_validate(commands)
    _add_explain(commands)
    _add_ingest(commands)
    _add_diff(commands)
    _add_reanchor(commands)
    _add_docs(commands)


def _add_validate(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("validate", help="checks files, or the whole corpus, against all rules")
    sub.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders of records; default: the project")
    sub.add_argument("--output", choices=["text", "json", "github", "sarif"], default="text", help="default: text")
    shapes.add_option(sub, "validate")
    sub.add_argument("--select", default="", metavar="CODES", help="only these rules: codes or prefixes of codes, separated by commas")
    sub.add_argument("--ignore", default="", metavar="CODES", help="leave these rules out")
    sub.add_argument("--explain", action="store_true", help="also print the description and examples of each rule with a problem")
    sub.add_argument("--fix", action="store_true", help="first make all certain repairs; raters' files never change")
    sub.add_argument(
        "--workers", type=positive, default=None, metavar="N", help="number of processes (default: chosen by the size of the input)"
    )
    sharded.add_options_of_check(sub)
    sub.set_defaults(run=_validate)


def _validate(options: argparse.Namespace) -> int:
    from redline import project, rules
    from redline.cli import progress, show
    from redline.curate import project_validation, validate

    chosen = rules.selected(options.select, options.ignore)
    sharded.refuse_alone(options)
    if options.shards:
        code = sharded.check(options, tuple(rule.code for rule in chosen))
        _explained(options, {code.split()[0] for code in options.codes})
        return code
    if options.fix:
        show.fixes(validate.fix(options.paths, project.find_or_none()), sys.stderr if options.output != "text" else sys.stdout)
    with progress.Steps() as steps:
        if options.paths:
            here = project.find_or_none()
            outcome = validate.validate_paths(options.paths, chosen, project.labels(), here, options.workers, steps)
        else:
            outcome = project_validation.validate_project(project.find(), chosen, steps)
    options.exit_code = 0 if outcome.clean else 1
    show.diagnostics(outcome.diagnostics, outcome.summary(), options.output)
    if options.paths and validate.needs_corpus(options.paths, chosen, here):
        print("note: rules on tables and on the whole corpus did not run (redline validate without a path)", file=sys.stderr)
    _explained(options, {diagnostic.code for diagnostic in outcome.diagnostics})
    return int(options.exit_code)


def _explained(options: argparse.Namespace, codes: set[str]) -> None:
    """Prints the rules with problems, where that was asked for."""
    from redline import rules
    from redline.cli import show

    if options.explain and options.output == "text":
        for code in sorted(codes):
            print(f"\n{show.rule(rules.find(code))}")


def _add_explain(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("explain", help="describes a rule with a wrong and a right example; without a code, lists the rules")
    sub.add_argument("code", metavar="CODE", nargs="?", help="a code such as RL104, or a name such as span-cuts-word")
    shapes.add_option(sub, "explain")
    sub.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> int:
    from redline import rules
    from redline.cli import show

    chosen = [rules.find(options.code)] if options.code else list(rules.all_rules())
    if options.json:
        show.as_json({"rules": [show.plain_rule(rule) for rule in chosen]})
    else:
        print("\n".join(show.rule(rule) if options.code else f"{rule.code} {rule.name}: {rule.summary}" for rule in chosen))
    return 0


def _add_ingest(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("ingest", help="adds a text with its provenance to the corpus")
    sub.add_argument("file", type=Path, metavar="FILE", help="UTF-8 text, one paragraph per line")
    sub.add_argument("--doc", required=True, help="document id: lower-case words joined by hyphens")
    sub.add_argument("--licence", "--license", dest="license", required=True, help="SPDX expression of the text, or `unknown`")
    sub.add_argument("--title", required=True)
    sub.add_argument("--genre", required=True)
    sub.add_argument("--origin", required=True, choices=["given", "account", "fiction"])
    sub.add_argument("--event", required=True, help="id of the event in the text")
    sub.add_argument("--date", default=None, help="date of the text, YYYY-MM-DD")
    sub.add_argument("--language", default="en", help="ISO 639 code (default: en)")
    sub.add_argument(
        "--rights",
        default=None,
        choices=["open", "unknown", "restricted"],
        help="default: open; unknown if the licence is unknown",
    )
    sub.add_argument("--author", required=True, help="author of the text: a person, an organisation, `language model` or `unknown`")
    sub.add_argument("--source", action="append", default=[], help="source of the facts in the text; may be repeated")
    sub.add_argument(
        "--out",
        type=Path,
        default=None,
        help="write the empty passages to this file (default: print only their number)",
    )
    shapes.add_option(sub, "ingest")
    sub.set_defaults(run=_ingest)


def _ingest(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core.corpus import Seed
    from redline.core.files import is_standard_output, refuse_same
    from redline.curate import ingest
    from redline.formats import jsonl

    seed = Seed(
        options.doc, options.title, options.genre, options.origin, options.language, options.date, options.event,
        options.rights or "", options.license, options.author, options.source, "",
    )  # fmt: skip
    if options.out:
        refuse_same(options.out, options.file)
    document = ingest.ingest(project.find(), options.file, seed)
    if options.out:
        jsonl.write([document], options.out)
    sentences = sum(len(record.sentences) for record in document.records)
    if options.json:
        show.as_json({"doc": options.doc, "passages": len(document.records), "sentences": sentences})
        return 0
    counts = f"{options.doc}: {show.number(len(document.records), 'passage')}, {show.number(sentences, 'sentence')}"
    print(counts, file=sys.stderr if options.out and is_standard_output(options.out) else sys.stdout)
    return 0


def _add_diff(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("diff", help="lists changed spans between two files, folders or git revisions")
    sub.add_argument("before", metavar="A", help="a path, or a git revision; with --textconv: the only file to print")
    sub.add_argument("after", metavar="B", nargs="?", help="a path, or a git revision")
    sub.add_argument("--within", type=Path, default=Path("corpus/gold"), help="folder to compare between revisions (default: corpus/gold)")
    sub.add_argument("--textconv", action="store_true", help="print the file A with one line per span, for git's textconv")
    shapes.add_option(sub, "diff")
    sub.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import diff

    if options.textconv:
        show.records(Path(options.before))
        return 0
    if options.after is None:
        raise RedlineError(f"nothing to compare `{options.before}` with; needed: two paths or revisions")
    found = diff.compare(options.before, options.after, options.within, project.labels())
    show.changes(found, json=options.json)
    return 1 if found else 0


def _add_reanchor(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("reanchor", help="moves spans and drafts to a corrected version of their text")
    sub.add_argument("doc", metavar="DOC")
    sub.add_argument("new", type=Path, metavar="NEWTEXT", help="the corrected text")
    sub.add_argument("--leave-out", action="store_true", help="continue without the spans that cannot be placed")
    sub.add_argument("--dry-run", action="store_true", help="print what would become of each span, and write nothing")
    shapes.add_option(sub, "reanchor")
    sub.set_defaults(run=_reanchor)


def _reanchor(options: argparse.Namespace) -> int:
    from redline import project
    from redline.app import carrying
    from redline.cli import show
    from redline.curate import reanchor

    correction = reanchor.correction(options.doc, options.new)
    with carrying.drafts() as drafts:
        if options.dry_run:
            outcome = reanchor.preview(project.find(), correction, followers=drafts)
        else:
            outcome = reanchor.reanchor(project.find(), correction, leave_out=options.leave_out, followers=drafts)
    if options.json:
        show.as_json(show.plain_anchoring(outcome))
    else:
        show.anchoring(outcome, dry_run=options.dry_run)
    return 1 if any(anchored.lost for anchored in outcome.files.values()) else 0


def _add_docs(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("docs", help="writes the generated pages of docs/")
    sub.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page or the leaderboard is outdated")
    shapes.add_option(sub, "docs")
    sub.set_defaults(run=_docs)


def _docs(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import reference, show
    from redline.model import leaderboard
    from redline.report import docs

    here = project.find()
    if not options.check:
        docs.write(here, reference.pages(here, options.about))
    stale = docs.stale(here, reference.pages(here, options.about)) if options.check else []
    notes = [line] if options.check and (line := leaderboard.stale(here)) else []
    if options.json:
        show.as_json({"written": not options.check, "stale": stale, "notes": notes})
    else:
        print("".join(f"{line}\n" for line in [*stale, *(f"note: {line}" for line in notes)]), end="")
    return 1 if stale else 0
