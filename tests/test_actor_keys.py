"""Attributes that are a key of an entity or a list of keys: read, written, checked, sealed and renamed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, record, span
from redline import rules
from redline.core.document import Document, decode, encode
from redline.core.layer import Attribute
from redline.core.taxonomy import Taxonomy
from redline.formats import quotes
from redline.publish import from_rows, tables, withheld

KEYS = st.lists(st.sampled_from(["arvenia", "belmora", "port-of-orla", "u2"]), unique=True).map(tuple)


@pytest.fixture(scope="module")
def keyed(taxonomy: Taxonomy) -> Taxonomy:
    """The taxonomy with a key that may be null and a list of keys on each stance."""
    stance = taxonomy.layers["stance"]
    labels = [label.name for label in stance.labels]
    added = [
        Attribute("holder_actor", "entity", "Who.", labels, nullable=True),
        Attribute("target_actor", "entities", "Toward whom.", labels),
    ]
    others = [attribute for attribute in stance.attributes if attribute.name not in {one.name for one in added}]
    layer = msgspec.structs.replace(stance, attributes=[*others, *added])
    return Taxonomy({**taxonomy.layers, "stance": layer}, taxonomy.tasks)


def stance(**attributes):
    return span("stance", "AGAINST", NASTY, "said", holder="entity", explicit=True, **attributes)


@given(KEYS, st.sampled_from(["arvenia", None]))
def test_a_list_of_keys_survives_records_quotes_and_release_rows(keyed: Taxonomy, keys, holder):
    before = record(NASTY, (stance(holder_actor=holder, target_actor=keys),))
    assert decode(encode(before)) == before
    sheet, losses = quotes.sheet_of(Document("case", (before,)), keyed)
    sheet = msgspec.json.decode(msgspec.json.encode(sheet), type=quotes.Sheet)
    after, problems = quotes.place(sheet, Document("case", (before,)), keyed)
    assert (after.records[0].spans, problems, losses) == (before.spans, [], [])
    row = {"scheme": "2.0", "text": NASTY, "doc": "case", "passages": [tables._passage(None, before)]}
    assert from_rows.document(row, keyed).records[0].spans == before.spans


@given(KEYS)
def test_each_key_of_a_list_is_sealed_and_comes_back(keyed: Taxonomy, keys):
    before = stance(holder_actor=None, target_actor=keys)
    hidden = withheld.concealed(before, NASTY, keyed)
    assert all(withheld.is_sealed(key) for key in hidden.attributes["target_actor"])
    assert withheld.revealed(hidden, NASTY) == before


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("target_actor", (), True),
        ("target_actor", ("arvenia", "belmora"), True),
        ("target_actor", ("arvenia", "arvenia"), False),
        ("target_actor", ("Arvenia",), False),
        ("target_actor", "arvenia", False),
        ("target_actor", None, False),
        ("holder_actor", None, True),
        ("holder_actor", ("arvenia",), False),
    ],
)
def test_a_list_of_keys_has_each_key_once_and_only_a_nullable_key_is_null(keyed: Taxonomy, name, value, right):
    problems = list(rules.find("RL304").check(record(NASTY, (stance(**{name: value}),)), keyed))
    assert (problems == []) is right


def test_another_key_replaces_one_everywhere_and_two_that_become_one_are_one(keyed: Taxonomy):
    before = stance(holder_actor="belmora", target_actor=("arvenia", "belmora"))
    after = keyed.rekeyed(before, {"belmora": "arvenia"})
    assert (after.attributes["holder_actor"], after.attributes["target_actor"]) == ("arvenia", ("arvenia",))
    assert sorted(keyed.keys_of(before)) == [("holder_actor", "belmora"), ("target_actor", "arvenia"), ("target_actor", "belmora")]
