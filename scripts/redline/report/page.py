"""The report: one page of the corpus and its models that needs no network and no server."""

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from redline import __version__
from redline.core.files import write_atomically
from redline.measure.score import Bootstrap
from redline.project import Project
from redline.report import sections
from redline.report.data import Evidence, collect


class Section(Struct, frozen=True):
    """A part of the page: its anchor, its heading, its HTML."""

    name: str
    title: str
    body: str


def write(here: Project, out: Path, bootstrap: Bootstrap, orders: int, progress: Callable[[str], None]) -> None:
    """Writes the page; `orders` is how often the learning curve is drawn anew, 0 leaves it out.

    Raises RedlineError when no model is trained, or no plots can be drawn.
    """
    evidence = collect(here, bootstrap, orders, progress)
    write_atomically(out, page(here, evidence, bootstrap).encode("utf-8"))


def page(here: Project, evidence: Evidence, bootstrap: Bootstrap) -> str:
    """The whole page."""
    parts = [
        Section("corpus", "Corpus", "\n".join(sections.corpus(here))),
        Section("agreement", "Agreement between raters", "\n".join(sections.agreement(here, bootstrap))),
        Section("leaderboard", "Leaderboard", "\n".join(sections.leaderboard(evidence, bootstrap))),
        Section("curves", "Precision, recall and calibration", "\n".join(sections.curves(evidence))),
        Section("confusion", "Confusion", "\n".join(sections.confusions(evidence))),
        Section("learning", "Learning curve", "\n".join(sections.learning(evidence))),
        Section("errors", "Error gallery", "\n".join(sections.gallery(evidence))),
    ]
    style, script = (files("redline.report").joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    links = "".join(f'<a href="#{section.name}">{section.title}</a>' for section in parts)
    body = "\n".join(f'<section id="{s.name}"><h2>{s.title}</h2>\n{s.body}\n</section>' for s in parts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Redline: corpus and models</title>
<style>{style}</style>
</head>
<body>
<header><h1>Redline: corpus and models</h1>
<p>Texts and labels are machine-written, but for one article. Written by <code>redline report</code> {__version__}, guidelines
{evidence.taxonomy.version}. Intervals are 95 % bootstrap intervals over documents ({bootstrap.replicates} replicates,
seed {bootstrap.seed}).</p>
<nav>{links}</nav></header>
<main>
{body}
</main>
<script>{script}</script>
</body>
</html>
"""
