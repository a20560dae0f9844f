"""Each format gives back all but what it says it loses: `read(write(x)) == forget(x, LOSES)`, for every format there is."""

import re
import shlex
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.cli.convert import FileTypes, convert
from spacy.lang.en import English
from spacy.tokens import DocBin

from conftest import ROOT
from redline import formats
from redline import project as projects
from redline.cli import main
from redline.core.document import Document, Extra, Meta, Origin, Record, Relation, Span, canonical, group
from redline.core.errors import RedlineError
from redline.core.predictions import blank
from redline.core.segmentation import sentences
from redline.core.taxonomy import load
from redline.core.tokenizer import Token
from redline.core.tokens import tokens_of, with_tokens, words
from redline.formats import kinds, quotes
from redline.formats.reading import Options
from redline.project import Project

TAXONOMY = load(ROOT / "schemas")
LAYER = "entities"
OPTIONS = Options(TAXONOMY, LAYER)
WRITTEN = sorted(name for name, form in formats.FORMATS.items() if form.write)
PIECES = [
    "Orla",
    "e\u0301",
    "👨‍👩‍👧",
    "שלום",
    "don’t",
    "U.N.",
    "“go”",
    "#peace",
    "post-drone",
    "🇺🇦",
    "fell. We",
    "wept! He",
    "#",
    "नमस्ते",
    "a\u00a0b",
]
GAPS = [" ", " ", " ", "  ", "\r\n", "\t", ""]
LABELS = [(LAYER, "GPE"), (LAYER, "ORG"), ("threat", "THREAT")]


@st.composite
def texts(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9))
    return "".join(piece + draw(st.sampled_from(GAPS)) for piece in pieces).strip()


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> tuple[Span, ...]:
    """Spans anywhere, most of them from word to word; they may overlap and run over sentence bounds."""
    words = [(token.start, token.end) for token in tokens_of(Record(text, "accept", (), (), (), Meta("doc", 0, 0, "1")))]
    spans = []
    for number in range(draw(st.integers(0, 4))):
        first, last = sorted((draw(st.sampled_from(words)), draw(st.sampled_from(words))))
        shift = draw(st.sampled_from([0, 0, 0, 1]))
        start, end = first[0] + (shift if first[0] + shift < last[1] else 0), last[1]
        layer, label = draw(st.sampled_from(LABELS))
        attributes = draw(st.sampled_from([{}, {"entity": "orla"}, {"conditional": True, "act": None}]))
        origin = draw(st.sampled_from([msgspec.UNSET, Origin("agreed", ("r1", "r2"))]))
        spans.append(Span(f"x{number}", layer, label, start, end, text[start:end], attributes, origin))
    return tuple(spans)


@st.composite
def records(draw: st.DrawFn, number: int, layers: dict[str, str]) -> Record:
    text = draw(texts())
    spans = draw(spans_of(text))
    relations = {Relation(draw(st.sampled_from(spans)).id, draw(st.sampled_from(spans)).id, "TARGET") for _ in spans[1:]}
    extra = draw(st.sampled_from([msgspec.UNSET, msgspec.UNSET, Extra(task={"_task_hash": 3}), Extra(meta={"source": "s"})]))
    predictions = draw(st.sampled_from([msgspec.UNSET, {"threat_presence": [{"label": "THREAT"}]}]))
    answer, cats = draw(st.sampled_from([("accept", msgspec.UNSET), ("accept", {"war": 1.0, "sport": 0.25}), ("reject", msgspec.UNSET)]))
    record = Record(
        text, answer, sentences(text), spans, tuple(relations),
        Meta("doc", number, 100 * number, TAXONOMY.scheme, layers, "r1", predictions), cats, msgspec.UNSET, extra,
    )  # fmt: skip
    return canonical(draw(st.sampled_from([record, _with_one_token(record)])))


def _with_one_token(record: Record) -> Record:
    """The record as a file gives it that has tokens of its own: here the words between white space."""
    among, place = [], 0
    for word in record.text.split():
        start = record.text.index(word, place)
        place = start + len(word)
        among.append(Token(word, start, place, record.text[place : place + 1] == " "))
    return with_tokens(record, among)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    names = draw(st.sampled_from([(LAYER, "threat", "arguments", "stance"), (LAYER,), ("threat", "arguments")]))
    layers = dict.fromkeys(names, "done")
    return Document("doc", tuple(draw(records(number, layers)) for number in range(draw(st.integers(1, 3)))))


def read(name: str, path: Path, document: Document) -> list[Record]:
    """What a format reads of a document that it wrote; quotes need the texts."""
    if name != "quotes":
        return list(formats.read(path, OPTIONS, name if formats.FORMATS[name].items else None).records)
    bare = Document(document.id, tuple(blank(record) for record in document.records))
    placed, problems = quotes.place(quotes.read_sheet(path), bare, TAXONOMY)
    assert problems == []
    return [record for record in placed.records if record.answer == "accept"]


def by_sentence(of: list[Record]) -> list[Record]:
    """A record for each sentence, its text the tokens joined by spaces, its spans numbered anew: passages are lost."""
    parts: list[Record] = []
    offset = 0
    for record in of:
        among = [token for token in tokens_of(record) if not token.text.isspace()]
        for start, end in record.sentences:
            text, places = "", {}
            kept = []
            for token in (token for token in among if start <= token.start < end):
                begin = len(text) + bool(text)
                text = text.ljust(begin) + token.text
                places |= {(token.start, "start"): begin, (token.end, "end"): len(text)}
                kept.append(Token(token.text, begin, len(text), True))
            kept[-1:] = [msgspec.structs.replace(kept[-1], ws=False)]
            inside = [span for span in record.spans if start <= span.start and span.end <= end]
            bounds = [(places[span.start, "start"], places[span.end, "end"]) for span in inside]
            spans = [
                msgspec.structs.replace(span, id=f"s{number}", start=a, end=b, text=text[a:b])
                for number, (span, (a, b)) in enumerate(zip(inside, bounds, strict=True), 1)
            ]
            meta = msgspec.structs.replace(record.meta, passage=len(parts), offset=offset)
            bare = msgspec.structs.replace(
                record, text=text, sentences=((0, len(text)),), spans=tuple(spans), meta=meta, extra=msgspec.UNSET
            )
            parts.append(with_tokens(bare, kept))
            offset += len(text) + 1
    return parts


@pytest.fixture(scope="session")
def loaded() -> None:
    """The libraries that would otherwise be loaded while a document is drawn."""
    words("Orla"), sentences("Orla fell.")


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.usefixtures("loaded")
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents())
def test_what_a_format_reads_is_what_was_written_without_what_it_loses(name: str, document: Document) -> None:
    loses = formats.FORMATS[name].loses
    expected = [kept for record in document.records if (kept := kinds.forget(record, loses, LAYER))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doc.jsonl"
        if not expected:
            with pytest.raises(RedlineError, match="no record can be written"):
                formats.write([document], path, name, OPTIONS)
            return
        report = formats.write([document], path, name, OPTIONS)
        again = read(name, path, document)
    assert again == (by_sentence(expected) if kinds.PASSAGES in loses else expected)
    if kinds.OTHER_LAYERS not in loses:
        kept = {record.meta.passage for record in expected}
        before = [record for record in document.records if record.meta.passage in kept]
        counts = [sum(len(record.spans) + len(record.relations) for record in side) for side in (before, expected)]
        assert len(report.left_out) == counts[0] - counts[1] + len(document.records) - len(expected)


def test_documents_that_a_format_contains_wholly_are_reported_whole(tmp_path: Path) -> None:
    text = "Orla fell."
    record = Record(text, "accept", ((0, 10),), (Span("s1", LAYER, "GPE", 0, 4, "Orla"),), (), Meta("doc", 0, 0, "1", {LAYER: "done"}))
    for name in WRITTEN:
        assert formats.write(list(group([record])), tmp_path / name, name, Options(TAXONOMY)).whole


def sections() -> dict[str, str]:
    """The sections of docs/formats.md by the format that they are of."""
    parts = re.split(r"^## `(.+)`\n", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_page_of_formats_lists_what_each_loses(name: str) -> None:
    stated = re.search(r"It loses: ([^.]*)\.", sections()[name])
    names = {part.partition("(")[0].strip() for part in stated[1].replace("\n", " ").split(",")} if stated else set()
    assert names == {kind.name for kind in formats.FORMATS[name].loses}
    assert len(re.findall(rf"^\| `{name}` \|", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"), flags=re.MULTILINE)) == 1


def test_the_recipes_of_the_page_of_formats_run(project: Project) -> None:
    blocks = [block for text in sections().values() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    for line in "".join(blocks).splitlines():
        command, *arguments = shlex.split(line)
        if command == "spacy":
            convert(Path(arguments[1]), Path(arguments[2]), file_type=FileTypes.spacy.value, converter=arguments[4], silent=True)
            docs = list(DocBin().from_disk("entities.spacy").get_docs(English().vocab))
            assert len(docs) == len(projects.load(project).documents)
        else:
            assert main(arguments) == 0, line
