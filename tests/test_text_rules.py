"""Rules on characters find what is damaged and accept what people write."""

import time

import pytest

from conftest import record
from redline.cli.excerpt import columns, excerpt
from redline.core.taxonomy import Taxonomy
from redline.rules import text as rules

CHECKS = [rules.not_nfc, rules.hidden_character, rules.broken_character, rules.mojibake, rules.mixed_scripts]
RIGHT = [
    "Weiß’s boat and “Spaß”",
    "CAFÉ… closed, “CAFÉ” too",
    "naïve L’Été, São Ñandú, Łódź, Ṣan‘ā’",
    "a \U0001fae8 face of Unicode 14, a \U0001fadf splatter of Unicode 16",
    "👨\u200d👩\u200d👧 and ❤️\u200d🔥, 👍🏽, 1️⃣, 🇺🇦",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f won",
    "می\u200cخواهم گفت",
    "नमस्ते क्\u200dष",
    "שלום, מחמד; محمد قال",
    "Gen. O’Brien of the U.S. said: “He said ‘go’.”",
    "Ζεύς и Мир, Köln’s “Dom” – 5 °C for 5 €",
]
WRONG = [
    ("Or\u200bla", "hidden_character"),
    ("Or\u00adla", "hidden_character"),
    ("one\u2028two", "hidden_character"),
    ("one\u2029two", "hidden_character"),
    ("Orla\U000e0041", "hidden_character"),
    ("Or\u200dla", "hidden_character"),
    ("Ор\u200dла", "hidden_character"),
    ("Or\u200cla", "hidden_character"),
    ("\u202eOrla", "hidden_character"),
    ("caf\ufffd", "broken_character"),
    ("caf\ue000", "broken_character"),
    ("caf\u0378", "broken_character"),
    ("caf\x07", "broken_character"),
    ("cafÃ©", "mojibake"),
    ("donâ€™t", "mojibake"),
    ("Оrla", "mixed_scripts"),
    ("Αthens", "mixed_scripts"),
    ("u\u0301", "not_nfc"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_people_write_is_accepted(text: str, taxonomy: Taxonomy) -> None:
    assert [(check.__name__, p.message) for check in CHECKS for p in check(record(text), taxonomy)] == []


@pytest.mark.parametrize(("text", "rule"), WRONG, ids=ascii)
def test_what_is_damaged_is_found_by_its_rule_alone(text: str, rule: str, taxonomy: Taxonomy) -> None:
    assert [check.__name__ for check in CHECKS if any(check(record(f"In {text} now"), taxonomy))] == [rule]


@pytest.mark.parametrize(
    ("before", "width"), [("👨\u200d👩\u200d👧", 2), ("日本", 4), ("e\u0301", 1), ("🇺🇦", 2), ("👍🏽", 2), ("שלום", 4), ("a\tb", 4)]
)
def test_carets_are_under_the_words(before: str, width: int) -> None:
    shown, carets = excerpt(f"{before} Orla fell", len(before) + 1, len(before) + 5)
    assert carets == " " * (width + 1) + "^^^^"
    assert columns(shown) == width + len(" Orla fell")


def test_hidden_characters_among_many_emoji_take_linear_time() -> None:
    begun = time.process_time()
    assert len(list(rules.hidden_character(record("👩\u200d👩 a\u200b" * 4000), Taxonomy({}, {})))) == 4000
    assert time.process_time() - begun < 2
