"""The seed's passages, entered by the keys alone, give gold, and cost few of them; also the actors of acts and stances."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from redline.app.desk import Desk
from redline.core.document import Record, Span
from redline.formats import jsonl
from redline.project import Project

from conftest import CASES, copied  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import press, saved  # isort: skip

HINTS = "asdfghjklwertuiopcvbnmqxyz"
PLAN = (CASES / "plan.js").read_text(encoding="utf-8")
NOW = """async () => { const { session, current } = await import('/session.js'), { asked, valuesOf } = await import('/scheme.js')
  const { acts, letterOf, rolesNow } = await import('/actions.js'), { mode, layer, step, pick } = session
  return { mode, layer, step: step?.name, type: step?.type, pick, attributes: current()?.attributes ?? {},
    field: document.querySelector('.dock input')?.value,
    offers: [...document.querySelectorAll('.offers button')].map(node => node.textContent),
    values: ['enum', 'boolean'].includes(step?.type) ? valuesOf(step).map(v => [String(v.value), v.key]) : [],
    acts: step?.type === 'id' ? acts(step) : null,
    choices: session.choices.map(span => span.id),
    roles: mode === 'role' ? Object.fromEntries(rolesNow().map(role => [role.name, letterOf(role)])) : {} } }"""
LETTERS = "import('/scheme.js').then(m => Object.fromEntries(m.scheme.layers.map(layer => [layer.layer, layer.letters])))"


def keys(value: Any) -> list[str]:
    """The keys of an attribute that has one, several or none."""
    return [value] if isinstance(value, str) else list(value or ())


class Hands:
    """Enters records by keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count, self.acts = page, 0, dict[str, str]()
        self.letters: dict[str, dict[str, str]] = page.evaluate(LETTERS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def now(self) -> dict[str, Any]:
        return self.page.evaluate(NOW)  # type: ignore[no-any-return]

    def enter(self, record: Record) -> None:
        order, names = list(self.letters), dict[str, str]()
        for span in sorted(record.spans, key=lambda s: (order.index(s.layer), s.start)):
            names[span.id] = self.mark(span)
            self.relate(record, span, names)
            self.leave(record, names)
            self.correct(span)
        self.leave(record, names)
        self.press("Control+Enter")
        self.open(record, names)

    def correct(self, span: Span) -> None:
        """Changes the actors that the page filled otherwise."""
        now = self.now()["attributes"]
        for name in ACTORS:
            if name in now and sorted(keys(now[name])) != sorted(keys(span.attributes[name])):
                self.change(name, span.attributes[name])

    def leave(self, record: Record, names: dict[str, str]) -> None:
        """Out of linking, and through what is asked then."""
        if self.now()["mode"]:
            self.press("Escape")
            self.open(record, names)

    def open(self, record: Record, names: dict[str, str]) -> None:
        """Answers what is asked of any span."""
        while (now := self.now())["mode"] == "attribute":
            (span,) = (span for span in record.spans if names.get(span.id) == now["pick"])
            self.answer(now, span.attributes[now["step"]])

    def mark(self, span: Span) -> str:
        if self.now()["mode"]:
            self.press("Escape")
        if self.now()["layer"] != span.layer:
            self.press(str(list(self.letters).index(span.layer) + 1))
        self.press(*self.page.evaluate(PLAN, [span.start, span.end]))
        return self.label(span)

    def label(self, span: Span) -> str:
        self.press(self.letters[span.layer][span.label])
        now = self.now()
        while now["mode"] == "attribute":
            self.answer(now, span.attributes[now["step"]])
            now = self.now()
        for name, value in span.attributes.items():
            if name not in ACTORS and now["type"] is None and self.now()["attributes"].get(name) != self.acts.get(str(value), value):
                self.change(name, value)
        return str(now["pick"])

    def answer(self, now: dict[str, Any], value: Any) -> None:
        if now["type"] in ("entity", "entities", "edtf"):
            self.fill(now, keys(value))
        elif now["type"] != "id":
            self.press(dict(now["values"])[str(value).lower() if isinstance(value, bool) else value])
        elif value is None:
            self.press("0")
        elif value in self.acts:
            self.press(str(now["acts"]["used"].index(self.acts[value]) + 1))
        else:
            self.acts[value] = now["acts"]["fresh"]
            self.press("n")

    def change(self, name: str, value: Any) -> None:
        if name == "unsure":
            return self.press("q")
        self.press("Enter")
        while (now := self.now())["step"] != name:
            self.press("Enter")
        if now["type"] in ("boolean", "enum"):
            return self.answer(now, value)
        return self.fill(self.now(), keys(value))

    def fill(self, now: dict[str, Any], values: list[str]) -> None:
        """Takes what the field proposes or offers, or types it as far as it is not completed."""
        if sorted(now["field"].split(", ")) == sorted(values or [""]):
            pass
        elif not values:
            self.press("Delete")
        elif len(values) == 1 and values[0] in now["offers"][:2]:
            self.press(*["ArrowDown"] * (1 + now["offers"].index(values[0])))
        else:
            for n, value in enumerate(values):
                self.press(*"," * min(n, 1))
                self.type(value)
        self.press("Enter")

    def type(self, value: str) -> None:
        """Types a key until it is the first that is offered."""
        for letter in value:
            self.press(letter)
            if self.now()["offers"][:1] == [value]:
                return

    def relate(self, record: Record, span: Span, names: dict[str, str]) -> None:
        below = [r for r in record.relations if r.head_id == span.id and r.child_id in names]
        if below:
            self.press("r")
        for relation in below:
            self.press(self.now()["roles"][relation.label])
            self.press(HINTS[self.now()["choices"].index(names[relation.child_id])])
        for relation in record.relations:
            if relation.child_id == span.id and relation.head_id in names:
                self.press("r")
                if self.now()["mode"] == "head":
                    self.press(HINTS[self.now()["choices"].index(names[relation.head_id])])
                self.press(self.now()["roles"][relation.label])


@pytest.fixture
def bench(tmp_path: Path, browser: Browser) -> Any:
    made = Bench(requiring(copied(tmp_path)), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


ACTORS = ("speaker_actor", "target_actor", "holder_actor")
SAID: dict[int, dict[str, Any]] = {
    0: {"speaker_actor": "russia", "target_actor": ("ukraine",)},
    1: {"speaker_actor": "russia", "target_actor": ("ukraine",)},
    3: {"speaker_actor": "russia", "target_actor": ("kyiv", "ukraine"), "time": "earlier"},
    4: {"speaker_actor": "russia", "target_actor": ("ukraine",)},
    6: {"holder_actor": "russia", "target_actor": ("ukraine",)},
    10: {"holder_actor": None, "target_actor": ("russia",)},
    11: {"holder_actor": None, "target_actor": ("ukraine",)},
}
"""By passage of the seed what its act or stance says beyond gold, as long as gold does not say it."""
NEW = {"time": "now", "commitment": "will"}


def requiring(here: Project) -> Project:
    """The project in which each act and stance must name its actors, its time and its commitment."""
    for name in ("threat", "stance"):
        path = here.root / "schemas" / f"{name}.json"
        layer = json.loads(path.read_text(encoding="utf-8"))
        for attribute in layer["attributes"]:
            if attribute["name"] in (*ACTORS, *NEW):
                attribute["required"] = attribute["labels"]
        path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")
    return here


def saying(record: Record, desk: Desk) -> Record:
    """A record of gold with the actors of its act or stance."""
    layers = desk.taxonomy.layers

    def said(span: Span) -> Span:
        wanted = {one.name for one in layers[span.layer].attributes if span.label in one.required}
        values = {name: value for name, value in {**NEW, **SAID.get(record.meta.passage, {})}.items() if name in wanted}
        return msgspec.structs.replace(span, attributes={**values, **span.attributes})

    return msgspec.structs.replace(record, spans=tuple(map(said, record.spans)))


def content(record: Record) -> tuple[set[Any], set[Any]]:
    places = {span.id: (span.layer, span.label, span.start, span.end) for span in record.spans}
    values = {s.id: {k: tuple(sorted(v)) if isinstance(v, tuple | list) else v for k, v in s.attributes.items()} for s in record.spans}
    plain = {(*places[s.id], *((k, v) for k, v in sorted(values[s.id].items()) if k != "act")) for s in record.spans}
    return plain, {(places[r.head_id], r.label, places[r.child_id]) for r in record.relations}


def test_a_threat_with_speaker_target_and_force_costs_12_presses_once_its_words_are_selected(bench: Bench) -> None:
    record = saying(jsonl.read_one(bench.desk.project.gold / f"{DOC}.jsonl").records[0], bench.desk)
    threat = next(span for span in record.spans if {r.label for r in record.relations if r.head_id == span.id} >= {"SPEAKER", "TARGET"})
    roles = [r for r in record.relations if r.head_id == threat.id and r.label in ("SPEAKER", "TARGET")]
    hands = Hands(bench.opened())
    names = {span.id: hands.mark(span) for span in record.spans if span.id in {r.child_id for r in roles}}
    hands.press(str(list(hands.letters).index(threat.layer) + 1), *hands.page.evaluate(PLAN, [threat.start, threat.end]))
    hands.count = 0
    names[threat.id] = hands.label(threat)
    hands.relate(msgspec.structs.replace(record, relations=tuple(roles)), threat, names)
    saved(hands.page)
    items = bench.items()
    span = items[f"span:{names[threat.id]}"]
    assert span["text"] == threat.text
    assert {**span["attributes"], "target_actor": tuple(span["attributes"]["target_actor"])} == threat.attributes
    assert {item.split()[1] for item in items if item.startswith("relation:")} == {"SPEAKER", "TARGET"}
    assert hands.count == 12


def test_a_name_that_no_table_has_gets_a_key_of_its_words_in_every_label(bench: Bench) -> None:
    page = bench.opened()
    press(page, *["Control+ArrowRight"] * 5, "p", "Escape", "Control+ArrowRight", "n", "Escape", "Control+ArrowRight", "w")
    saved(page)
    spans = [value for item, value in bench.items().items() if item.startswith("span:")]
    assert [span["attributes"]["entity"] for span in spans] == [span["text"].lower() for span in spans]
    assert len(spans) == 3


def test_the_seed_by_keys_alone_is_gold_within_470_presses(bench: Bench) -> None:
    gold = jsonl.read_one(bench.desk.project.gold / f"{DOC}.jsonl")
    page = bench.opened()
    hands = Hands(page)
    records = [saying(record, bench.desk) for record in gold.records]
    for record in records:
        hands.enter(record)
        saved(page)
    mine = jsonl.read_one(bench.desk.draft(DOC).file)
    assert [content(record) for record in mine.records] == [content(record) for record in records]
    assert [len(record.meta.layers) for record in mine.records] == [4] * len(gold.records)
    print(f"{hands.count} key presses")
    assert hands.count <= 470
    assert bench.complaints == []


ROLES = """Promise.all(['/link.js', '/session.js', '/scheme.js'].map(name => import(name))).then(([link, { session }, { scheme }]) => {
  const labels = scheme.layers.flatMap(layer => layer.labels)
  return labels.flatMap(({ layer, name: label }) => [null, ...labels].flatMap(child => {
    session.link = { head: { layer, label }, child: child && { label: child.name } }
    return link.rolesNow().map(role => [layer, role.name, link.letterOf(role)]) })) })"""


def test_a_role_has_one_letter_whichever_others_are_offered_with_it(bench: Bench) -> None:
    found = {tuple(row) for row in bench.opened().evaluate(ROLES)}
    assert len(found) == len({(layer, role) for layer, role, _ in found}) == len({(layer, letter) for layer, _, letter in found}) > 5
