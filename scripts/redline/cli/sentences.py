"""The command on single sentences that raters gave a class: agreement, differences, decisions, gold."""

import argparse
from typing import TYPE_CHECKING, Any

from redline.cli import shapes

if TYPE_CHECKING:
    from redline.curate.sentence_ratings import Rated


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("sentences", help="prints the agreement on single sentences, records decisions, writes gold")
    sub.add_argument("set", nargs="?", metavar="SET", help="a set below corpus/sentences/ratings/ (default: the first)")
    sub.add_argument("--differences", action="store_true", help="list the sentences with different labels, with their words")
    sub.add_argument("--decide", metavar="ID", help="record a decision for this sentence")
    sub.add_argument("--label", metavar="CLASS", help="with --decide: the class")
    sub.add_argument("--note", default="", help="with --decide: the reason")
    sub.add_argument("--by", default="", metavar="NAME", help="with --decide: the author of the decision")
    sub.add_argument("--write", action="store_true", help="write the agreed and decided classes to corpus/sentences/SET.jsonl")
    shapes.add_option(sub, "sentences")
    sub.set_defaults(run=_sentences)


def _sentences(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import sentence_ratings
    from redline.project import cited

    here, sets = project.find(), sentence_ratings.sets(project.find())
    if not (options.set or sets):
        raise RedlineError(f"{sentence_ratings.folder(here, '')}: contains no set of sentences; needed: a set with the files of two raters")
    name, taxonomy = options.set or sets[0], here.taxonomy()
    if options.decide:
        if not (options.label and options.by and options.note):
            raise RedlineError("an option of --decide is missing; needed: --label, --by and --note")
        decision = sentence_ratings.Decision(options.label, options.by, options.note)
        sentence_ratings.decide(here, name, taxonomy, {options.decide: decision})
    written = sentence_ratings.write(here, name, taxonomy) if options.write else None
    found = sentence_ratings.rated(here, name, taxonomy)
    if options.json:
        show.as_json({"set": name, "written": written} | to_builtins(found))
        return 0
    _table(name, found)
    if options.differences:
        words = cited.words(here.texts / cited.FOLDER / f"{name}.jsonl")
        for key, labels in found.differences.items():
            state = "open" if key in found.open else "decided"
            text = words[key].text if key in words else "its words are missing"
            print(f"{key} {state}: {', '.join(f'{rater} {label}' for rater, label in labels.items())}: {text}")
    if written is not None:
        show.written(here.corpus / cited.FOLDER / f"{name}.jsonl", show.number(written, "sentence"))
    return 0


def _table(name: str, found: "Rated") -> None:
    from redline.cli import show

    alpha = "undefined" if found.alpha is None else f"{found.alpha:.3f}"
    print(f"{name}: {show.number(found.sentences, 'sentence')} by {' and '.join(found.raters)}; alpha {alpha}")
    print(f"{show.number(len(found.differences), 'difference')}, {len(found.open)} open")
    print(f"{'class':<10} {'F1':>9} {'both':>6} {'one':>6} {'neither':>8}")
    for one in found.agreement:
        f1 = "undefined" if one.f1 is None else f"{one.f1:.3f}"
        print(f"{one.label:<10} {f1:>9} {one.both:>6} {one.one:>6} {one.neither:>8}")
