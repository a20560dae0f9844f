"""The command that opens the annotator's page."""

import argparse
from typing import Any


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("annotate", help="opens the annotator's page in a browser on this machine")
    sub.add_argument("--rater", required=True, metavar="NAME", help="rater name; the files are written to corpus/raters/NAME")
    sub.add_argument("--port", type=int, default=8321, help="port of the page (default: 8321); the browser stores offline edits by port")
    sub.add_argument(
        "--practice", action="store_true", help="open the practice passages; the page compares each finished passage with gold"
    )
    sub.add_argument("--no-browser", action="store_true", help="only print the address")
    sub.set_defaults(run=_annotate)


def _annotate(options: argparse.Namespace) -> int:
    from redline import project
    from redline.core.extras import needed

    with needed("annotate"):
        from redline.app import desk, practice, server
    table = desk.Desk(project.find(), options.rater)
    try:
        service = server.service(table, options.port)
        address = service.address.replace("/#", f"/?doc={practice.PRACTICE}#") if options.practice else service.address
        print(f"{address}\npress Ctrl-C to stop; saved work is kept", flush=True)
        if not options.no_browser:
            import webbrowser

            webbrowser.open(address)
        service.run()
    finally:
        table.close()
    return 0
