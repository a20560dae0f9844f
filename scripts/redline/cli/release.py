"""Commands that build, check and complete releases."""

import argparse
import sys
from pathlib import Path
from typing import Any

from redline.cli import shapes


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_publish(commands)
    _add_verify(commands)
    _add_restore(commands)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _add_publish(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("publish", help="builds and checks the release folder; uploads it only with --push")
    sub.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR", help="default: dist")
    sub.add_argument("--no-baselines", action="store_true", help="omit the scores of the leaderboard from the card")
    sub.add_argument("--models", action="store_true", help="publish the trained models instead of the data")
    sub.add_argument("--record", action="store_true", help="add the release to corpus/releases.json (commit this file)")
    sub.add_argument(
        "--push",
        metavar="REPO",
        help="upload to this repository (owner/name); it stays private until the upload is checked, and then gets a tag",
    )
    sub.add_argument("--dry-run", action="store_true", help="with --push: only list the files to add, replace and delete")
    shapes.add_option(sub, "publish")
    sub.set_defaults(run=_publish)


def _publish(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import progress
    from redline.core.errors import RedlineError
    from redline.project import commit
    from redline.publish import build, checked, contents, models, push, verify

    here = project.find()
    if options.dry_run and not options.push:
        raise RedlineError("--dry-run needs a repository; needed: --push REPO")
    if options.push:
        push.named(options.push)
        push.clean(here.root)
    with progress.Steps() as steps:
        notes = [*checked.warnings(here, steps), *checked.dated(here)]
        steps("building the release")
        if options.models:
            folder = models.build(here, contents.cited(here.root / "CITATION.cff"), options.out, steps.note)
        else:
            folder = build.build(contents.of_project(here, steps.note, baselines=not options.no_baselines), options.out)
        steps("checking the release")
        problems = verify.problems(folder, here.taxonomy())
    if reason := commit.state(here.root).reason:
        notes.append(f"the manifest has no commit, because {here.root} {reason}")
    for line in notes:
        _say(f"note: {line}")
    code = _finished(folder, problems, options)
    if options.record and not (options.models or options.dry_run or code):
        contents.record(here)
    return code


def _finished(folder: Path, problems: list[str], options: argparse.Namespace) -> int:
    """Prints what the checks of a release found, uploads it where they found nothing and that is asked for, and gives the exit code."""
    if not options.json:
        _report(problems, folder, options)
    pushed = _push(folder, options) if options.push and not problems else None
    if options.json:
        _report(problems, folder, options, pushed=pushed)
    return 1 if problems else 0


def _push(folder: Path, options: argparse.Namespace) -> str | None:
    """Uploads a release and gives the commit; with `--dry-run` only lists what would go."""
    from redline.publish import push

    where = push.target(folder, options.push)
    stream = sys.stderr if options.json else sys.stdout
    if options.dry_run:
        print("\n".join(push.listing(folder, where)), file=stream)
        return None
    name = push.push(folder, where, _say)
    print(f"{options.push}: {where.tag} is commit {name}", file=stream)
    return name


def _report(problems: list[str], folder: Path, options: argparse.Namespace, **more: str | None) -> int:
    from redline.cli import show
    from redline.publish import manifest

    release = None if problems else manifest.read(folder)
    rows = sum(part.rows for splits in release.parts.values() for part in splits.values()) if release else 0
    if options.json:
        show.as_json({"path": str(folder), "rows": rows, "digest": release.digest if release else None, "problems": problems, **more})
        return 1 if problems else 0
    if release:
        for name, count in sorted(release.left_out.items()):
            _say(f"note: {name}/ does not contain {show.number(count, 'span')} that cut a token; data/ contains them")
        print(f"{folder}: {show.number(rows, 'row')}, digest {release.digest}")
    else:
        print("\n".join(problems))
    return 1 if problems else 0


def _add_verify(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("verify", help="checks a release: checksums, digest, column types, texts of spans, figures of the card")
    sub.add_argument("release", type=Path, metavar="RELEASE")
    shapes.add_option(sub, "verify")
    sub.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from redline import project
    from redline.publish import manifest, verify

    taxonomy = project.labels()
    problems = verify.problems(options.release, taxonomy)
    note = verify.unwritten(manifest.read(options.release), taxonomy)
    if note:
        _say(f"note: {note}")
    return _report(problems, options.release, options)


def _add_restore(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("restore", help="restores withheld texts in the records of a release")
    sub.add_argument("release", type=Path, metavar="RELEASE")
    sub.add_argument("--texts", type=Path, required=True, metavar="FOLDER", help="folder with one file DOC.txt per withheld text")
    sub.add_argument("--out", type=Path, metavar="DIR", help="folder for the restored records (default: RELEASE-restored)")
    shapes.add_option(sub, "restore")
    sub.set_defaults(run=_restore)


def _restore(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.publish import restore

    out = options.out or options.release.with_name(options.release.name + "-restored")
    found = restore.restore(options.release, options.texts, out, project.labels())
    if options.json:
        counts = {"restored": found.restored, "withheld": found.withheld, "spans": found.spans, "missing": found.missing}
        show.as_json({"path": str(out), **counts})
        return 1 if found.missing else 0
    for line in found.missing:
        print(line)
    print(f"{out}: {len(found.restored)} of {found.withheld} withheld documents restored, {show.number(found.spans, 'span')} checked")
    return 1 if found.missing else 0
