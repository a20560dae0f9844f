"""Words to offsets: the place of a quotation in a text."""

from redline.core.edges import cuts_word


def find(text: str, quote: str, nth: int | None = None, within: str | None = None) -> int:
    """The offset of `quote` in `text`.

    Raises ValueError when the text does not contain it, or several times and neither `nth` nor `within` decides.
    """
    places = occurrences(text, quote)
    if within is not None:
        holders = occurrences(text, within, words=False)
        if len(holders) != 1:
            raise ValueError(f"`{within}` (in) occurs {len(holders)} times; needed: words that occur once")
        places = [p for p in places if holders[0] <= p and p + len(quote) <= holders[0] + len(within)]
    if not places:
        raise ValueError(f"`{quote}` is not in the passage as whole words; needed: the exact words of the passage")
    if nth is not None:
        if not 1 <= nth <= len(places):
            raise ValueError(f"`{quote}` occurs {len(places)} times; nth is {nth}")
        return places[nth - 1]
    if len(places) > 1:
        raise ValueError(f"`{quote}` occurs {len(places)} times; needed: nth 1..{len(places)}, or in")
    return places[0]


def number(text: str, quote: str, start: int) -> int | None:
    """The `nth` that finds the quote at `start`; None where it is there once, so that none is needed."""
    places = occurrences(text, quote)
    return places.index(start) + 1 if len(places) > 1 and start in places else None


def occurrences(text: str, quote: str, words: bool = True) -> list[int]:
    """The places of `quote` in `text`, on word boundaries when `words`."""
    found: list[int] = []
    start = text.find(quote) if quote else -1
    while start >= 0:
        if not words or not (cuts_word(text, start) or cuts_word(text, start + len(quote))):
            found.append(start)
        start = text.find(quote, start + 1)
    return found
