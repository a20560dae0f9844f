"""Writes the rules of `core/tokenizer` from the spaCy that is installed, and compares the speed of both on the corpus.

python bench/tokens.py [--write]
"""

import sys
import time
from importlib.metadata import distribution
from pathlib import Path

import msgspec

from redline import project
from redline.core.tokenizer import RULES, Rules, Tokenizer

LICENCE = "licenses/LICENSE"


def rules() -> Rules:
    """The rules of spaCy's blank English."""
    import spacy
    import srsly
    from spacy.attrs import ORTH

    tokenizer = spacy.blank("en").tokenizer
    saved = srsly.msgpack_loads(tokenizer.to_bytes())
    exceptions = {text: tuple(part[ORTH] for part in parts) for text, parts in sorted(saved["exceptions"].items())}
    plain = Tokenizer(Rules("", "", *_expressions(saved), {}, []))
    finds = (tokenizer.find_prefix, tokenizer.find_infix, tokenizer.find_suffix)
    cut = [text for text in exceptions if " " in text or any(find(text) for find in finds)]
    phrases = [tuple(token.text for token in plain(text)) for text in cut]
    installed = distribution("spacy")
    notice = next(path for path in installed.files or () if str(path).endswith(LICENCE)).read_text()
    return Rules(installed.version, notice, *_expressions(saved), exceptions, phrases)


def _expressions(saved: dict[str, str]) -> tuple[str, str, str, str]:
    return saved["prefix_search"], saved["suffix_search"], saved["infix_finditer"], saved["url_match"]


def encoded(value: Rules) -> bytes:
    """The rules as they are in `core/english.json`."""
    return msgspec.json.format(msgspec.json.encode(value), indent=0) + b"\n"


def main() -> None:
    """Writes the rules, or prints how many words a second spaCy and we cut."""
    if "--write" in sys.argv:
        RULES.write_bytes(encoded(rules()))
        return
    import spacy

    here = project.find(Path(__file__).resolve().parents[1])
    texts = [record.text for document in project.load(here).documents.values() for record in document.records]
    words = sum(len(text.split()) for text in texts)
    value = msgspec.json.decode(RULES.read_bytes(), type=Rules)
    for name, make in (("spaCy", lambda: spacy.blank("en").tokenizer), ("core/tokenizer", lambda: Tokenizer(value))):
        start = time.perf_counter()
        tokenizer = make()
        made = time.perf_counter()
        for text in texts:
            tokenizer(text)
        print(f"{name}: {words / (time.perf_counter() - made):,.0f} words a second, {made - start:.2f} s to make")


if __name__ == "__main__":
    main()
