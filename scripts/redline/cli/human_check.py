"""The command with which a person checks sentences of gold without seeing a label."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from redline.cli import shapes
from redline.cli.annotate import port

if TYPE_CHECKING:
    from redline.core.corpus import Corpus
    from redline.core.taxonomy import Taxonomy
    from redline.curate.human_check import Question
    from redline.curate.human_results import Agreement, Result
    from redline.project import Project


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("human-check", help="asks a person about 50 sentences without labels; compares the answers with gold")
    sub.add_argument("--by", metavar="NAME", help="your name; the answers are written to corpus/audit/people/NAME.json")
    sub.add_argument("--result", action="store_true", help="ask nothing; print the agreement of people with gold")
    sub.add_argument("--page", action="store_true", help="ask on a page in a browser on this machine; else on the terminal")
    sub.add_argument("--port", type=port, default=8321, help="port of the page (default: 8321)")
    sub.add_argument("--no-browser", action="store_true", help="only print the address of the page")
    shapes.add_option(sub, "human-check")
    sub.set_defaults(run=_human_check)


def _human_check(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import human_results

    here = project.find()
    if not options.result:
        if options.json or not options.by:
            raise RedlineError("the name is missing; needed: --by NAME, or --result for the figures")
        _ask(here, options)
        return 0
    result = human_results.result(here, project.load(here).documents, here.taxonomy())
    if options.json:
        show.as_json(to_builtins(result))
    else:
        _print(result)
    return 0


def _ask(here: "Project", options: argparse.Namespace) -> None:
    """Asks on the terminal or on a page, and prints how many sentences are answered then."""
    from redline import project
    from redline.cli import show
    from redline.curate import human_check
    from redline.model import human_draw

    corpus, taxonomy = project.load(here), here.taxonomy()
    questions = human_check.read(here, options.by) or human_check.begin(here, options.by, human_draw.draw(corpus, taxonomy))
    print(f"{show.number(len(questions), 'sentence')}, about 20 minutes. Read and answer alone. No label and no prediction is shown.")
    print("Each answer is saved before the next sentence is shown. Run the same command to continue later.\n")
    ask = (_page if options.page else _terminal)(here, options, questions, corpus, taxonomy)
    try:
        ask()
    finally:
        answered = sum(one.answer is not None for one in human_check.read(here, options.by))
        page = " --page" if options.page else ""
        left = "" if answered == len(questions) else f"; redline human-check --by {options.by}{page} continues"
        print(f"\n{answered} of {show.number(len(questions), 'sentence')} answered{left}")


def _terminal(
    here: "Project", options: argparse.Namespace, questions: "list[Question]", corpus: "Corpus", taxonomy: "Taxonomy"
) -> Callable[[], None]:
    """What asks on the terminal."""
    from redline.cli import asking, keystrokes
    from redline.curate import human_check

    def ask() -> None:
        words = [human_check.words(corpus.documents, one) for one in questions]
        print("\n".join(asking.definitions(taxonomy)))
        with keystrokes.keys() as key:
            asking.Session(questions, words, taxonomy, key, lambda place, given: human_check.answer(here, options.by, place, given)).run()

    return ask


def _page(
    here: "Project", options: argparse.Namespace, questions: "list[Question]", corpus: "Corpus", taxonomy: "Taxonomy"
) -> Callable[[], None]:
    """What asks on a page."""
    from redline.cli import annotate
    from redline.core.extras import needed

    with needed("annotate"):
        from redline.app import human_check as page
    service = page.service(page.Sheet(here, options.by, questions, corpus, taxonomy), options.port)
    return lambda: annotate.serve(service, service.address, browser=not options.no_browser)


def _print(result: "Result") -> None:
    print(f"{result.checked} of {result.planned} sentences checked by people")
    if result.gone:
        print(f"{result.gone} answers are not counted, because their sentences were deleted or changed")
    if result.checked:
        together = {"all people": result.agreement} if len(result.people) > 1 else {}
        for name, rows in (result.people | together).items():
            _table(name, rows)
        print(f"\n{'part of the draw':<17} {'answers':>8} {'same act':>9} {'same criticism':>15}")
        for part in result.parts:
            print(f"{part.part:<17} {part.answers:>8} {part.same_act:>9} {part.same_criticism:>15}")


def _table(title: str, rows: "list[Agreement]") -> None:
    print(f"\n{title}\n{'label':<10} {'answers':>8} {'gold':>5} {'people':>7} {'both':>5} {'kappa':>10} {'F1':>10}")
    for row in rows:
        kappa, f1 = ("undefined" if value is None else f"{value:.3f}" for value in (row.kappa, row.f1))
        print(f"{row.label:<10} {row.answers:>8} {row.gold:>5} {row.people:>7} {row.both:>5} {kappa:>10} {f1:>10}")
