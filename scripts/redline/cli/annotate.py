"""The command that opens the annotator's page."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redline.app.server import Service
    from redline.project import Project


PORTS = 65_535


def port(text: str) -> int:
    """The number of a port, 0 (a free one) to 65535."""
    if not (text.isdecimal() and int(text) <= PORTS):
        raise argparse.ArgumentTypeError(f"`{text}` is not a port; needed: a number from 0 to {PORTS}")
    return int(text)


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("annotate", help="opens the annotator's page in a browser on this machine")
    sub.add_argument("--rater", metavar="NAME", help="rater name; the files are written to corpus/raters/NAME")
    sub.add_argument("--adjudicate", action="store_true", help="decide the differences between raters; use it with --by")
    sub.add_argument("--by", metavar="NAME", help="with --adjudicate: your name, for the decisions")
    sub.add_argument(
        "--port", type=port, default=8321, help="port of the page (default: 8321); offline edits in the browser belong to one port"
    )
    sub.add_argument(
        "--practice", action="store_true", help="open the practice passages; the page compares each finished passage with gold"
    )
    sub.add_argument(
        "--suggest",
        choices=("after", "start", "never"),
        default="never",
        help="with --rater: suggest spans of a model after your own first pass of a layer, from the start, or never (default)",
    )
    sub.add_argument("--no-time", action="store_true", help="with --rater: do not measure how long you work on each passage")
    sub.add_argument("--no-browser", action="store_true", help="only print the address")
    sub.set_defaults(run=_annotate)


def _annotate(options: argparse.Namespace) -> int:
    from redline import project
    from redline.core.errors import RedlineError
    from redline.core.extras import needed

    if not (options.by if options.adjudicate else options.rater) or (options.adjudicate and (options.rater or options.practice)):
        raise RedlineError("the page needs one name; needed: --rater NAME to rate, or --adjudicate --by NAME to decide differences")
    if options.adjudicate and options.suggest != "never":
        raise RedlineError("an adjudicator gets no suggestions; needed: --suggest with --rater NAME")
    with needed("annotate"):
        from redline.app import server  # noqa: F401
    return (_adjudicate if options.adjudicate else _rate)(options, project.find())


def _rate(options: argparse.Namespace, here: "Project") -> int:
    from redline.app import desk, server
    from redline.project import PRACTICE

    table = desk.Desk(here, options.rater, options.suggest, timed=not options.no_time)
    try:
        service = server.service(table, options.port)
        address = service.address.replace("/#", f"/?doc={PRACTICE}#") if options.practice else service.address
        serve(service, address, browser=not options.no_browser)
    finally:
        table.close()
    return 0


def _adjudicate(options: argparse.Namespace, here: "Project") -> int:
    from functools import partial

    from redline.app import adjudication_server, server
    from redline.app.adjudication import Adjudication

    service = server.served(partial(adjudication_server.application, Adjudication(here, options.by)), options.port)
    serve(service, service.address, browser=not options.no_browser)
    return 0


def serve(service: "Service", address: str, *, browser: bool) -> None:
    """Prints the address of a page, opens it in a browser where that is wanted, and serves it until it is interrupted."""
    print(f"{address}\npress Ctrl-C to stop; saved work is kept", flush=True)
    if browser:
        import webbrowser

        webbrowser.open(address)
    service.run()
