"""A diagnostic as people read it in a terminal."""

import unicodedata

from redline.cli.style import BAD, WARNED, Style
from redline.core.diagnostic import Diagnostic, Severity


def render(diagnostic: Diagnostic, look: Style) -> str:
    """The diagnostic as people read it: a clickable first line, an excerpt with carets, a hint."""
    place = diagnostic.path if diagnostic.line is None else f"{diagnostic.path}:{diagnostic.line}"
    colour = BAD if diagnostic.severity is Severity.ERROR else WARNED
    kind = look.paint(f"{diagnostic.severity.value} {diagnostic.code}", colour, "1")
    lines = [f"{place}: {kind} {diagnostic.name}: {diagnostic.message}"]
    if diagnostic.start is not None and diagnostic.end is not None and diagnostic.text:
        text, carets = excerpt(diagnostic.text, diagnostic.start, diagnostic.end)
        lines += [f"  | {text}", f"  | {look.paint(carets, colour)}"]
    if diagnostic.hint:
        lines.append(f"  = hint: {diagnostic.hint}")
    return "\n".join(lines)


def excerpt(text: str, start: int, end: int, width: int = 100) -> tuple[str, str]:
    """The line of `text` around `[start, end)`, cut to about `width` characters, and a line of carets under it."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    left = max(text.rfind("\n", 0, start) + 1, start - width // 3)
    right = min(end if end - left >= width else left + width, len(text))
    right = max(right, min(start + 1, len(text)))
    shown = visible(text[left:right])
    # The columns of a cluster depend on all of it, so both edges are measured from the start of the line.
    before = columns(visible(text[left:start]))
    marked = columns(visible(text[left : min(end, right)])) - before
    head, tail = ("..." if left and text[left - 1] != "\n" else ""), ("..." if right < len(text) else "")
    return head + shown + tail, " " * (len(head) + before) + "^" * max(1, marked)


def visible(text: str) -> str:
    """`text` with control, format and surrogate characters written as escapes, so that a terminal shows what is there."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    # The joiners stay: they keep emoji families and Indic words together.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character != "\u200d":
        return character.encode("unicode_escape").decode("ascii")
    return character


def columns(text: str) -> int:
    """The columns that a terminal needs for a text without control characters."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return int(wcswidth(text))
