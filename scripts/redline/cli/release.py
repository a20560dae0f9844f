"""Commands that build, check and complete releases."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_publish(commands)
    _add_verify(commands)
    _add_restore(commands)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _add_publish(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("publish", help="builds the release folder and checks it; nothing leaves the machine without --push")
    sub.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR", help="default: dist")
    sub.add_argument("--no-baselines", action="store_true", help="leave the scores of the leaderboard out of the card")
    sub.add_argument("--models", action="store_true", help="the trained baselines instead of the data")
    sub.add_argument("--record", action="store_true", help="add the release to corpus/releases.json, to commit")
    sub.add_argument("--push", metavar="REPO", help="upload to this repository (owner/name), private until it was read back; then tag it")
    sub.add_argument("--dry-run", action="store_true", help="with --push: only list what would be added, replaced and deleted")
    sub.set_defaults(run=_publish)


def _publish(options: argparse.Namespace) -> int:
    from redline import project
    from redline.core.errors import RedlineError
    from redline.project import commit
    from redline.publish import build, contents, models, push, verify

    here = project.find()
    if options.dry_run and not options.push:
        raise RedlineError("--dry-run lists what a push would send; needed: --push REPO")
    if options.push:
        push.named(options.push)
        push.clean(here.root)
    if options.models:
        folder = models.build(here, contents.cited(here.root / "CITATION.cff"), options.out, _say)
    else:
        folder = build.build(contents.of_project(here, _say, baselines=not options.no_baselines), options.out)
    if reason := commit.state(here.root).reason:
        _say(f"note: the manifest names no commit, since {here.root} {reason}")
    if _report(verify.problems(folder, here.taxonomy()), folder):
        return 1
    if options.push:
        _push(folder, options)
    if options.record and not (options.models or options.dry_run):
        contents.record(here)
    return 0


def _push(folder: Path, options: argparse.Namespace) -> None:
    from redline.publish import push

    where = push.target(folder, options.push)
    if options.dry_run:
        print("\n".join(push.listing(folder, where)))
    else:
        print(f"{options.push}: {where.tag} is commit {push.push(folder, where, _say)}")


def _report(problems: list[str], folder: Path) -> int:
    from redline.publish import manifest

    for problem in problems:
        print(problem)
    if not problems:
        held = manifest.read(folder)
        for name, count in sorted(held.left_out.items()):
            _say(f"note: {name}/ lacks {count} spans whose edges cut a token; data/ has them")
        print(f"{folder}: {sum(part.rows for splits in held.parts.values() for part in splits.values())} rows, digest {held.digest}")
    return 1 if problems else 0


def _add_verify(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("verify", help="checks a release: sums, digest, types, words of spans, the card's figures")
    sub.add_argument("release", type=Path, metavar="RELEASE")
    sub.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from redline import project
    from redline.publish import manifest, verify

    taxonomy = project.labels()
    problems = verify.problems(options.release, taxonomy)
    note = verify.unwritten(manifest.read(options.release), taxonomy)
    if note:
        _say(f"note: {note}")
    return _report(problems, options.release)


def _add_restore(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("restore", help="puts withheld texts back into the records of a release")
    sub.add_argument("release", type=Path, metavar="RELEASE")
    sub.add_argument("--texts", type=Path, required=True, metavar="FOLDER", help="holds DOC.txt for each text")
    sub.add_argument("--out", type=Path, metavar="DIR", help="where the records go (default: RELEASE-restored)")
    sub.set_defaults(run=_restore)


def _restore(options: argparse.Namespace) -> int:
    from redline import project
    from redline.publish import restore

    out = options.out or options.release.with_name(options.release.name + "-restored")
    found = restore.restore(options.release, options.texts, out, project.labels())
    for line in found.missing:
        print(line)
    print(f"{out}: {len(found.restored)} of {found.withheld} withheld documents restored, {found.spans} spans checked")
    return 1 if found.missing else 0
