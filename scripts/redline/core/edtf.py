"""Dates as the guidelines use them: of EDTF dates with unknown digits, times, seasons, intervals, uncertain (?), approximate
(~) and both (%); and durations of ISO 8601.

Source: Extended Date/Time Format (Library of Congress 2019), levels 0 and 1 and unknown digits of level 2.
"""

import calendar
import re

_time = re.compile(r"T(?:[01]\d|2[0-3])(?::[0-5]\d){1,2}(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?")
_date = re.compile(r"([\dX]{4})(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?")
_point = re.compile(rf"({_date.pattern})(?:{_time.pattern})?")
_duration = re.compile(r"P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
SEASONS = ("21", "22", "23", "24")
Day = tuple[int, int, int]


def valid(text: str) -> bool:
    """Whether a text is a date, time, interval or duration; intervals run forwards and at least one end is a date."""
    if _time.fullmatch(text) or _duration.fullmatch(text):
        return True
    first, slash, last = text.partition("/")
    if not slash:
        return _range(text) is not None
    ranges = [_range(side) for side in (first, last) if side not in ("", "..")]
    if not ranges or None in ranges:
        return False
    start, end = ranges[0], ranges[-1]
    return start is not None and end is not None and start[0] <= end[1]


def _range(text: str) -> tuple[Day, Day] | None:
    """The first and the last day that a date may mean, or None if it is not a date."""
    match = _point.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.group(2, 3, 4)
    if month in SEASONS:
        return ((_least(year), 1, 1), (_most(year), 12, 31)) if day is None else None
    months = [number for number in range(1, 13) if _may_be(number, month)]
    days = [(number, last) for number in months if (last := _last_day(year, number, day))]
    if not days:
        return None
    first_day = 1 if day in (None, "XX") else int(day)
    return (_least(year), days[0][0], first_day), (_most(year), *days[-1])


def _may_be(number: int, digits: str | None) -> bool:
    return digits in (None, "XX") or int(digits or 0) == number


def _last_day(year: str, month: int, day: str | None) -> int | None:
    """The last day of that month that `day` may mean, or None where the month has no such day."""
    # A year with unknown digits may be a leap year; in the proleptic calendar the year 0 is one.
    leap = "X" in year or calendar.isleap(int(year))
    length = calendar.monthrange(2000 if leap else 2001, month)[1]
    if day in (None, "XX"):
        return length
    return int(day or 0) if 1 <= int(day or 0) <= length else None


def _least(year: str) -> int:
    return int(year.replace("X", "0"))


def _most(year: str) -> int:
    return int(year.replace("X", "9"))
