"""A concordance: every word, cue or span of the corpus that a query asks for, in its sentence. Documents are read one by one."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from redline import project as projects
from redline.core.corpus import OTHER_NAMES, SPLITS
from redline.core.document import Bounds, Document, Record, Relation, Span, plain
from redline.core.errors import RedlineError
from redline.core.listing import matching
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project, lookup, sources


class Query(Struct, frozen=True):
    """What is looked for; what is None or empty asks for nothing.

    With a layer, label, attribute, relation or actor, matches are spans to which all of it applies; else with cues they are cues;
    else they are the places of `words`. Spans contain `words`; cues are in a sentence with them. `actor` is an entity key, of
    the span or of a span that one of its relations leads to: with `relation`, one of that kind.
    """

    words: re.Pattern[str] | None = None
    layer: str | None = None
    label: str | None = None
    attributes: Mapping[str, str] = {}
    relation: str | None = None
    actor: str | None = None
    cue: re.Pattern[str] | None = None

    @property
    def of_spans(self) -> bool:
        """Whether matches are spans."""
        return any((self.layer, self.label, self.attributes, self.relation, self.actor))


class Match(Struct, frozen=True):
    """One match: its place in its passage and sentence (None where it is in none), in code points, and its span if it is one."""

    record: Record
    bounds: Bounds
    sentence: int | None
    span: Span | None = None

    @property
    def text(self) -> str:
        """The matched words."""
        return self.record.text[slice(*self.bounds)]

    @property
    def around(self) -> tuple[str, str]:
        """What is before and after the match in its sentence, or in its passage where it is in no sentence."""
        start, end = self.record.sentences[self.sentence] if self.sentence is not None else (0, len(self.record.text))
        return self.record.text[start : self.bounds[0]], self.record.text[self.bounds[1] : end]

    @property
    def relations(self) -> list[Relation]:
        """The relations of the span to others."""
        return [relation for relation in self.record.relations if self.span and relation.head_id == self.span.id]


def matches(records: Iterable[Record], query: Query, taxonomy: Taxonomy) -> Iterator[Match]:
    """The matches in text order."""
    for record in records:
        if query.of_spans:
            yield from (_at(record, span.bounds, span) for span in record.spans if _asked_for(record, span, query, taxonomy))
        elif query.cue:
            found = (_at(record, bounds) for bounds in _cues(record, query.cue, taxonomy))
            yield from (match for match in found if not query.words or query.words.search("".join(_sentence(match))))
        elif query.words:
            yield from (_at(record, found.span()) for found in query.words.finditer(record.text) if found.group())


def words(text: str, *, expression: bool) -> re.Pattern[str]:
    """What finds `text` as whole words in any case, or as a regular expression.

    Raises RedlineError when it is none.
    """
    try:
        return re.compile(text, re.IGNORECASE) if expression else re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise RedlineError(f"`{text}` is not a regular expression ({error}); needed: the syntax of Python's re") from None


def attributes(pairs: Iterable[str], taxonomy: Taxonomy) -> dict[str, str]:
    """Attribute -> value, of pairs such as `form=quoted`.

    Raises RedlineError when a pair is none, or the scheme has no such attribute or value.
    """
    known: dict[str, set[str]] = {}
    for attribute in (attribute for layer in taxonomy.layers.values() for attribute in layer.attributes):
        known.setdefault(attribute.name, set()).update({"yes", "no"} if attribute.type == "boolean" else attribute.names)
    result = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise RedlineError(f"`{pair}` is not an attribute with a value; needed: NAME=VALUE")
        values = known[lookup.one_of(name, sorted(known), "attribute")]
        value = {"true": "yes", "false": "no"}.get(value, value) if "yes" in values else value
        result[name] = lookup.one_of(value, sorted(values), f"value of {name}") if values else value
    return result


def cue(name: str, taxonomy: Taxonomy) -> re.Pattern[str]:
    """What a cue's words match entirely: any cue's for an empty name, else those of the cue that has this name, stem or word.

    Raises RedlineError when there is no such cue.
    """
    cues = [cue for layer in taxonomy.layers.values() for cue in layer.cues]
    chosen = [one for one in cues if not name or name in (one.name, one.stem) or re.fullmatch(one.pattern, name.lower())]
    if not chosen:
        lookup.one_of(name, [one.stem for one in cues], "cue")
    return re.compile("|".join(f"(?:{one.pattern})" for one in chosen), re.IGNORECASE)


def documents(project: Project, rater: str | None, genre: str | None, split: str | None) -> Iterator[Document]:
    """Gold, or a rater's files, of the documents of a genre and a split, read one by one.

    Raises RedlineError when there is no such rater, genre or split, before any document is read.
    """
    folder = lookup.path_of(project, "", rater).parent
    splits = projects.splits(project.corpus / "splits.json")
    genres = {doc: seed.genre for doc, seed in sources.seeds(project.seeds).items()} if genre else {}
    if split:
        split = OTHER_NAMES.get(split, split)
        lookup.one_of(split, sorted({*SPLITS, *splits.values()}), "split")
    if genre:
        lookup.one_of(genre, sorted(set(genres.values())), "genre")
    paths = [path for path in matching(folder, ".jsonl") if split in (None, splits.get(path.stem))]
    words = project.words()
    return (document for path in paths if genre in (None, genres.get(path.stem)) for document in jsonl.read(path, words))


def _at(record: Record, bounds: Bounds, span: Span | None = None) -> Match:
    return Match(record, bounds, record.sentence_of(*bounds), span)


def _sentence(match: Match) -> tuple[str, str, str]:
    before, after = match.around
    return before, match.text, after


def _asked_for(record: Record, span: Span, query: Query, taxonomy: Taxonomy) -> bool:
    return (
        query.layer in (None, span.layer)
        and query.label in (None, span.label)
        and all(value in _values(span, name) for name, value in query.attributes.items())
        and (not query.words or query.words.search(span.text) is not None)
        and (not query.cue or any(span.start < end and start < span.end for start, end in _cues(record, query.cue, taxonomy)))
        and _related(record, span, query, taxonomy)
    )


def _values(span: Span, name: str) -> list[str]:
    """The values of an attribute as a query names them; a list has several."""
    if name not in span.attributes:
        return []
    value = span.attributes[name]
    return [plain(item) for item in (value if isinstance(value, (list, tuple)) else [value])]


def _related(record: Record, span: Span, query: Query, taxonomy: Taxonomy) -> bool:
    """Whether the span has the relation asked for, to the actor asked for."""
    kept = [r for r in record.relations if r.head_id == span.id and query.relation in (None, r.label)]
    if query.actor is None:
        return query.relation is None or bool(kept)
    children = [record.by_id[relation.child_id] for relation in kept if relation.child_id in record.by_id]
    own = [] if query.relation else [span]
    return any(query.actor in keys(one, taxonomy) for one in (*own, *children))


def keys(span: Span, taxonomy: Taxonomy) -> set[str]:
    """The entity keys that a span names by any attribute."""
    names = [name for name, attribute in taxonomy.attributes_of(span).items() if attribute.type.startswith("entit")]
    return {value for name in names for value in _values(span, name)}


def _cues(record: Record, pattern: re.Pattern[str], taxonomy: Taxonomy) -> list[Bounds]:
    found = {bounds for layer in taxonomy.layers.values() for bounds in layer.cue_bounds(record.text)}
    return sorted(bounds for bounds in found if pattern.fullmatch(record.text, *bounds))
