"""What users of other trackers complained of, each as what must hold here: by mouse and by keys, in one window."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from redline.core.corpus import Source
from redline.core.files import sha256
from redline.core.offsets import Offsets, grapheme_bounds
from redline.core.words import words
from redline.project import sources

from conftest import NASTY, copied  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import press, saved, settled  # isort: skip

CRLF = "🚀 Ñandú 👨‍👩‍👧 met.\r\n\r\nPutin 🚀 flew to Kazan.\r\n"
CUE = "🚀🚀🚀 they threaten us.\n"
MAKE = """([n, layer, label, from, to]) => import('/session.js').then(({ session }) => {
  const { words, map, text } = session.passages[n], [a, b, id] = [words[from][0], words[to][1], `s${n}${layer}${from}`]
  const span = { id, layer, label, start: map.point(a), end: map.point(b), text: text.slice(a, b), attributes: {} }
  session.store.edit(n, [[`span:${id}`, span]], 'test')
  return id })"""
TIE = """([n, head_id, label, child_id]) => import('/session.js').then(({ session }) =>
  session.store.edit(n, [[`relation:${head_id} ${label} ${child_id}`, { head_id, child_id, label }]], 'test'))"""
BOX = """([n, i]) => import('/session.js').then(({ session: { passages: { [n]: passage } } }) =>
  passage.range(...passage.words[i]).getBoundingClientRect().toJSON())"""
GRIP = ".grip[data-side=end]"
TEXT = """([n, i, j]) => import('/session.js').then(({ session: { passages: { [n]: { text, words } } } }) =>
  text.slice(words[i][0], words[j][1]))"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    here = copied(tmp_path_factory.mktemp("complaints"))
    seed = sources.read(here.seeds, DOC, here.texts).seed
    for doc, text in (("nasty", NASTY + "\n"), ("crlf", CRLF), ("cue", CUE)):
        digest = sha256(text.encode())
        sources.write(Source(msgspec.structs.replace(seed, doc=doc, sha256=digest), text, digest), here.seeds)
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(bench: Bench) -> Page:
    """One window for all tests; each works in a passage of its own."""
    return bench.opened()


def at(page: Page, passage: int) -> None:
    page.locator(".queue button").nth(passage).click()
    settled(page)  # it scrolls with the next frame


def made(page: Page, *place: Any) -> str:
    return str(page.evaluate(MAKE, list(place)))


def drag(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    settled(page)


def word(page: Page, passage: int, number: int, part: float = 0.5) -> tuple[int, int]:
    """A pixel on a word: at 0 its left edge, at 1 its right one. Between pixels, a browser without a screen drags nothing."""
    box = page.evaluate(BOX, [passage, number])
    return round(box["x"] + 1 + part * (box["width"] - 2)), round(box["y"] + box["height"] / 2)


def grip(page: Page) -> tuple[int, int]:
    """A pixel on the grip at the end of the selected span. Each drawing makes new grips: it is found and measured in one go."""
    page.wait_for_selector(GRIP)
    box = page.evaluate("query => document.querySelector(query).getBoundingClientRect().toJSON()", GRIP)
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


def spans(bench: Bench, passage: int, doc: str = DOC) -> list[Any]:
    items = bench.items(passage, doc)
    return sorted((v for k, v in items.items() if k.startswith("span:")), key=lambda span: (span["start"], -span["end"]))


def text(page: Page, passage: int, start: int, end: int) -> str:
    """The words of a passage from one to another."""
    return str(page.evaluate(TEXT, [passage, start, end]))


def test_a_selection_over_earlier_spans_replaces_none_of_them(bench: Bench, page: Page) -> None:
    at(page, 0)
    made(page, 0, "entities", "PERSON", 1, 2)
    drag(page, word(page, 0, 0, 0.4), word(page, 0, 5))
    press(page, "4", "c")
    saved(page)
    assert [(span["label"], span["text"]) for span in spans(bench, 0)] == [
        ("CONTENT", text(page, 0, 0, 5)),
        ("PERSON", text(page, 0, 1, 2)),
    ]


def test_an_edge_moves_by_key_and_by_grip_and_the_span_keeps_its_relations(bench: Bench, page: Page) -> None:
    at(page, 1)
    threat, speaker = made(page, 1, "threat", "THREAT", 3, 5), made(page, 1, "entities", "PERSON", 1, 1)
    page.evaluate(TIE, [1, threat, "SPEAKER", speaker])
    page.locator(f".tag[data-id={threat}]").click()
    press(page, "b", "ArrowRight", "Shift+ArrowLeft", "Enter")
    saved(page)
    assert bench.items(1)[f"span:{threat}"]["text"] == text(page, 1, 2, 6)
    drag(page, grip(page), word(page, 1, 7))
    saved(page)
    assert bench.items(1)[f"span:{threat}"]["text"] == text(page, 1, 2, 7)
    assert bench.items(1)[f"relation:{threat} SPEAKER {speaker}"] == {"head_id": threat, "child_id": speaker, "label": "SPEAKER"}


def test_one_of_two_stacked_spans_is_resized_alone(bench: Bench, page: Page) -> None:
    at(page, 2)
    upper, lower = made(page, 2, "arguments", "CONTENT", 2, 4), made(page, 2, "threat", "THREAT", 2, 4)
    for span, longer in ((lower, 5), (upper, 6)):
        page.locator(f".tag[data-id={span}]").click()
        drag(page, grip(page), word(page, 2, longer))
        saved(page)
        assert bench.items(2)[f"span:{span}"]["text"] == text(page, 2, 2, longer)
    assert bench.items(2)[f"span:{lower}"]["text"] == text(page, 2, 2, 5)


def test_a_drag_that_leaves_the_text_takes_what_it_passed(bench: Bench, page: Page) -> None:
    at(page, 3)
    press(page, "1")
    count = page.evaluate("import('/session.js').then(m => m.session.passages[3].words.length)")
    others = [dict(bench.items(other)) for other in (2, 4)]
    drag(page, word(page, 3, 2), word(page, 4, 7))  # into the text below
    press(page, "o")
    drag(page, word(page, 3, 4), (1400, word(page, 3, 4)[1]))  # into the column on the right
    press(page, "g")
    drag(page, word(page, 3, 5), word(page, 2, 9))  # into the text above
    press(page, "p")
    saved(page)
    assert [bench.items(other) for other in (2, 4)] == others
    ends = [(span["label"], span["text"]) for span in spans(bench, 3)]
    line = next(n for n in range(5, count) if word(page, 3, n)[1] > word(page, 3, 4)[1] + 20) - 1
    assert ends == [("PERSON", text(page, 3, 0, 5)), ("ORG", text(page, 3, 2, count - 1)), ("GPE", text(page, 3, 4, line))]


DRAG = """([n, from, to]) => import('/session.js').then(({ session }) => {
  const passage = session.passages[n], side = document.querySelector('.panel')
  const event = (type, node) => node.dispatchEvent(new PointerEvent(type, { pointerType: 'mouse', bubbles: true, clientX: 1400,
    clientY: passage.range(...passage.words[from]).getBoundingClientRect().y + 5 }))
  event('pointerdown', passage.node)
  getSelection().setBaseAndExtent(...passage.place(passage.words[from][0]), side, 0)
  for (const type of ['pointermove', 'pointerup']) event(type, side)
  passage.node.dispatchEvent(new KeyboardEvent('keydown', { key: 'o', code: 'KeyO', bubbles: true })) })"""


def test_a_key_that_comes_at_once_after_a_drag_takes_what_the_drag_took(bench: Bench, page: Page) -> None:
    at(page, 6)
    press(page, "1")
    page.evaluate(DRAG, [6, 2, 5])
    saved(page)
    count = page.evaluate("import('/session.js').then(m => m.session.passages[6].words.length)")
    line = next(n for n in range(3, count) if word(page, 6, n)[1] > word(page, 6, 2)[1] + 20) - 1
    assert [(span["label"], span["text"]) for span in spans(bench, 6)] == [("ORG", text(page, 6, 2, line))]


def test_a_drag_from_the_right_labels_the_same_words(bench: Bench, page: Page) -> None:
    at(page, 4)
    press(page, "1")
    drag(page, word(page, 4, 5, 0.6), word(page, 4, 3, 0.3))
    press(page, "o")
    drag(page, word(page, 4, 3, 0.3), word(page, 4, 5, 0.6))
    press(page, "g")
    saved(page)
    assert [span["text"] for span in spans(bench, 4)] == [text(page, 4, 3, 5)] * 2


def test_a_span_begins_inside_another(bench: Bench, page: Page) -> None:
    at(page, 5)
    made(page, 5, "entities", "PERSON", 1, 4)
    drag(page, word(page, 5, 3), word(page, 5, 6))
    press(page, "o")
    press(page, "Control+Home", *["Control+ArrowRight"] * 2, *["Control+Shift+ArrowRight"] * 2, "g")
    saved(page)
    assert [span["text"] for span in spans(bench, 5)] == [text(page, 5, 1, 4), text(page, 5, 2, 3), text(page, 5, 3, 6)]
    expect(page.locator(".passage").nth(5).locator(".tag")).to_have_count(3)


def test_no_key_of_a_label_is_also_a_command(page: Page) -> None:
    letters, commands = page.evaluate("""import('/scheme.js').then(({ scheme }) =>
      [scheme.layers.map(layer => Object.values(layer.letters)), scheme.keys.flatMap(row => row.keys)])""")
    for layer in letters:
        assert len({*layer}) == len(layer)
        assert not {*layer} & {*commands}


def test_offsets_do_not_shift_after_an_emoji_or_a_crlf(bench: Bench) -> None:
    page = bench.opened("?doc=crlf&passage=1")
    press(page, *["Control+ArrowRight"] * 4, "g")
    saved(page)
    (span,) = spans(bench, 1, "crlf")
    record = bench.desk.draft("crlf").document.records[1]
    assert (span["text"], CRLF[record.meta.offset :][span["start"] : span["end"]]) == ("Kazan", "Kazan")
    page.close()


def test_a_cue_a_repair_and_a_character_are_where_they_are_after_emoji(bench: Bench) -> None:
    page = bench.opened("?doc=cue")
    press(page, "j", "3", "t", "Escape", "Control+Home", *["Control+ArrowRight"] * 3, "1", "o")
    press(page, "b", *["Control+Shift+ArrowLeft"] * 2, "Control+ArrowLeft", "Enter")  # by character: a space and an emoji, and a letter
    saved(page)
    assert [span["text"] for span in spans(bench, 0, "cue")] == ["🚀 the", "threaten"]
    press(page, "f")  # the word is whole again
    saved(page)
    assert [span["text"] for span in spans(bench, 0, "cue")] == ["🚀 they", "threaten"]
    page.close()


def test_every_word_of_a_nasty_text_is_labelled_by_keys_alone_and_by_mouse(bench: Bench) -> None:
    page = bench.opened("?doc=nasty")
    bounds = words(NASTY)
    for number in range(len(bounds)):
        press(page, "Escape", "Control+Home", *["Control+ArrowRight"] * number, "o")
    for label, part in (("GPE", 0.2), ("LOC", 0.9)):
        for number in range(len(bounds)):
            press(page, "Escape")  # no grip is in the way
            page.mouse.click(*word(page, 0, number, part))
            settled(page)
            press(page, label[0].lower())
    saved(page)
    for label in ("ORG", "GPE", "LOC"):
        assert [(s["start"], s["end"]) for s in spans(bench, 0, "nasty") if s["label"] == label] == bounds
    assert all(NASTY[span["start"] : span["end"]] == span["text"] for span in spans(bench, 0, "nasty"))
    page.close()


def test_keys_of_an_input_method_are_no_commands_and_compose_in_a_field(bench: Bench) -> None:
    page = bench.opened(f"?doc={DOC}&passage=12")
    compose = """([key, query]) => document.querySelector(query).dispatchEvent(
      new KeyboardEvent('keydown', { key, code: 'KeyP', isComposing: true, bubbles: true, cancelable: true }))"""
    page.evaluate(compose, ["p", ".passage.here .text"])
    press(page, "p", "Enter")
    field = page.locator(".dock input")
    expect(field).to_be_focused()
    press(page, "Control+a")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "かざん", "selectionStart": 3, "selectionEnd": 3})
    expect(field).to_have_value("かざん")
    page.evaluate(compose, ["Enter", ".dock input"])
    page.evaluate(compose, ["Escape", ".dock input"])
    expect(field).to_have_value("かざん")
    session.send("Input.insertText", {"text": "kazan"})
    expect(page.locator(".offers button").first).to_have_text("kazan")
    press(page, "Enter")
    saved(page)
    (span,) = spans(bench, 12)
    assert (span["label"], span["attributes"]["entity"]) == ("PERSON", "kazan")
    page.close()


BORDER = """text => Promise.all([import('/passage.js'), import('/offsets.js')]).then(([{ Passage }, { offsets }]) => {
  const passage = new Passage({ text, sentences: [] }, 0), map = offsets(text), units = [...Array(text.length + 1).keys()]
  document.body.append(passage.el)
  const back = units.map(unit => passage.unit(...passage.place(unit)))
  const points = units.map(map.point), [shown, places] = [passage.node.textContent, back.every((unit, n) => unit === n)]
  passage.el.remove()
  return { text: shown, places, points, units: [...text, ''].map((_, n) => map.unit(n)) } })"""
TEXTS = st.text(
    st.sampled_from([*NASTY, " ", "\t", "\r", "\u0301", "\u200d", "\u2028", "𝔊", "م", "<", "&"]) | st.characters(exclude_categories=["Cs"]),
    min_size=1,
)


def test_places_in_the_page_are_code_points_of_python_for_any_text(page: Page) -> None:
    @settings(max_examples=200)
    @given(TEXTS)
    def holds(text: str) -> None:
        table = Offsets(text, "utf16")
        found = page.evaluate(BORDER, text)
        assert found["text"] == text
        assert found["places"]
        assert found["units"] == [table.from_codepoints(n) for n in range(len(text) + 1)]
        assert [found["points"][unit] for unit in found["units"]] == list(range(len(text) + 1))

    holds()
    assert grapheme_bounds(NASTY)[-1] == len(NASTY)
