"""What a release contains of texts that may not go out, and of the entities that only they name.

A free value, such as an entity key, may spell the words of a text. It is enciphered with a key made of the whole text: equal
values stay equal within a document, nobody without the text can read or try them, and a user with the text gets them back.
The scheme is SIV: a keyed hash of the value is the initial value of an HMAC key stream. Source: Rogaway and Shrimpton 2006.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from itertools import count

import msgspec

from redline.core.corpus import Entity
from redline.core.document import AttributeValue, Span
from redline.core.taxonomy import Taxonomy

FREE = ("entity", "entities", "edtf")
"""The types of attributes with values that may spell words or dates of a text."""

MARK = "sealed:"
PAD = 32
TAG = 16


def sealed(text: str, value: str) -> str:
    """`value` enciphered with the text, as hexadecimal digits behind MARK; its length in bytes shows up to a multiple of PAD."""
    key, data = _key(text), value.encode("utf-8")
    data += b"\0" * (-len(data) % PAD)
    tag = hmac.new(key, b"tag" + data, hashlib.sha256).digest()[:TAG]
    return MARK + (tag + _stream(key, tag, data)).hex()


def opened(text: str, value: str) -> str:
    """The value that was sealed with the text.

    Raises ValueError when it was sealed with another one, or damaged.
    """
    key, data = _key(text), bytes.fromhex(value.removeprefix(MARK))
    tag, plain = data[:TAG], _stream(key, data[:TAG], data[TAG:])
    if not hmac.compare_digest(tag, hmac.new(key, b"tag" + plain, hashlib.sha256).digest()[:TAG]):
        raise ValueError("was sealed with another text")
    return plain.rstrip(b"\0").decode("utf-8")


def is_sealed(value: AttributeValue) -> bool:
    """Whether a value is enciphered."""
    return isinstance(value, str) and value.startswith(MARK)


def free(span: Span, taxonomy: Taxonomy) -> set[str]:
    """The attributes of a span that have free values or are not in the scheme."""
    known = taxonomy.attributes_of(span)
    return {name for name in span.attributes if name not in known or known[name].type in FREE}


def concealed(span: Span, text: str, taxonomy: Taxonomy) -> Span:
    """The span with its free values sealed."""
    hidden = {name: _each(span.attributes[name], lambda value: sealed(text, value)) for name in free(span, taxonomy)}
    return msgspec.structs.replace(span, attributes={**span.attributes, **hidden})


def revealed(span: Span, text: str) -> Span:
    """The span with its sealed values opened.

    Raises ValueError when one was sealed with another text.
    """
    opening = {name: _each(value, lambda one: opened(text, one) if is_sealed(one) else one) for name, value in span.attributes.items()}
    return msgspec.structs.replace(span, attributes=opening)


def _each(value: AttributeValue, change: Callable[[str], str]) -> AttributeValue:
    """A value with each of its strings changed."""
    if isinstance(value, tuple):
        return tuple(change(one) for one in value)
    return change(value) if isinstance(value, str) else value


def public(entities: Iterable[Entity], open_keys: set[str], withheld_keys: set[str], texts: str, withheld: str) -> list[Entity]:
    """The entities without those, and without the names, that only withheld documents give away.

    `open_keys` and `withheld_keys` are the keys that documents of each kind use, `texts` and `withheld` all their texts. A
    name that only a withheld text contains is left out, and an entity when no name is left or only withheld documents use it.
    """
    rows = []
    for entity in entities:
        names = [name for name in (entity.name, *entity.aliases) if name in texts or name not in withheld]
        if names and (entity.id in open_keys or entity.id not in withheld_keys):
            rows.append(msgspec.structs.replace(entity, name=names[0], aliases=names[1:]))
    ids = {entity.id for entity in rows}
    return [entity if entity.part_of in ids else msgspec.structs.replace(entity, part_of=None) for entity in rows]


def _key(text: str) -> bytes:
    return hashlib.sha256(b"redline withheld\n" + text.encode("utf-8")).digest()


def _stream(key: bytes, tag: bytes, data: bytes) -> bytes:
    """`data` combined with the key stream of a tag; twice gives it back."""
    blocks = (hmac.new(key, b"stream" + tag + number.to_bytes(4, "big"), hashlib.sha256).digest() for number in count())
    return bytes(
        one ^ other for start in range(0, len(data), 32) for one, other in zip(data[start : start + 32], next(blocks), strict=False)
    )
