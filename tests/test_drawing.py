"""Spans are drawn by one module that knows neither a server nor editing: a page that is one file draws as the annotator's page."""

import json
from pathlib import Path

import msgspec
from playwright.sync_api import Browser

from redline.core.document import Relation
from redline.core.taxonomy import Taxonomy
from redline.drawing import script, styles

from conftest import NASTY, record, span  # isort: skip

PAGE = """<!doctype html><meta charset="utf-8"><style>{style}</style><main></main><script type="application/json">{data}</script>
<script>"use strict"; {script}
const passages = JSON.parse(document.querySelector('[type="application/json"]').textContent).map((record, n) => {{
  const passage = new Passage(record, n)
  passage.show(record.spans, record.relations)
  document.querySelector('main').append(passage.el)
  return passage
}})
const show = picked => draw(passages, passage => looks(passage, {{ layers: {layers}, picked }}))
show(null)
</script>"""


def test_a_file_without_a_server_draws_spans_and_their_roles(tmp_path: Path, taxonomy: Taxonomy, browser: Browser) -> None:
    spans = (
        span("entities", "PERSON", NASTY, "Ñandú", "e1"),
        span("threat", "THREAT", NASTY, "𝔊o", "t1", unsure=True),
        span("arguments", "CONTENT", NASTY, "“𝔊o!” said Ñandú", "c1"),
    )
    case = record(NASTY, spans, (Relation("t1", "e1", "SPEAKER"),))
    order = [layer.layer for layer in styles.ordered(taxonomy)]
    data = json.dumps([msgspec.to_builtins(case)]).replace("<", "\\u003c")
    path = tmp_path / "one.html"
    text = PAGE.format(style=styles.whole(taxonomy), data=data, script=script.whole(), layers=json.dumps(order))
    path.write_text(text, encoding="utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    tags = """[...document.querySelectorAll('.tag')].map(({ className, dataset: { id, l } }) =>
      [id, l, className.split(' ').slice(2).join()]).sort()"""
    assert page.evaluate("document.querySelector('.text').textContent") == NASTY
    assert page.evaluate(tags) == [["c1", "CONTENT", ""], ["e1", "PERSON", ""], ["t1", "THREAT", "unsure"]]
    page.evaluate("show('t1')")
    assert page.evaluate(tags) == [["c1", "CONTENT", ""], ["e1", "SPEAKER › PERSON", "keep,child"], ["t1", "THREAT", "on,keep,unsure"]]
    page.evaluate("show('e1')")
    assert page.evaluate(tags)[2] == ["t1", "‹ SPEAKER THREAT", "keep,child,unsure"]
    words = "[...document.querySelectorAll('.wash.entities')].map(wash => Math.round(wash.getBoundingClientRect().width))"
    wide = "passages[0].rects(...['a', 'b'].map(edge => passages[0].byId.get('e1')[edge])).map(box => Math.round(box.x1 - box.x0 + 2))"
    assert page.evaluate(words) == page.evaluate(wide)
    assert errors == []
    page.close()


def test_no_module_of_the_drawing_imports_one_of_the_editor() -> None:
    known: set[str] = set()
    for name in script.ORDER:
        text = (script.STATIC / name).read_text(encoding="utf-8")
        assert {line.split("'./")[1].rstrip("'") for line in text.splitlines() if line.startswith("import ")} <= known
        known.add(name)
    assert {path.name for path in script.STATIC.glob("*.js")} == known
