"""Dates are days of the calendar, and intervals run forwards."""

import pytest

from redline.core.edtf import valid


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-03", "2021-05", "2021", "2024-02-29", "202X", "2021-XX", "2021-05-XX", "XXXX-02-29", "2021-XX-31", "0000-02-29",
        "2021-21", "2021-24~", "2021-05-03?", "2021%", "2021-05-03T14:30", "T09:00:00Z", "P2D", "PT48H", "P1Y2M", "2021-05-03/2021-05-04",
        "2021-05/..", "../2021", "/2021-05-03", "2021-05-03/", "2021/2021-05", "202X/2021", "2021-24/2021-02",
    ],
)  # fmt: skip
def test_a_date_of_the_guidelines_is_valid(text: str) -> None:
    assert valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30", "2021-06-31", "2023-02-29", "2021-21-05", "2021-13", "2021-00", "2021-05-00", "XXXX-02-30", "/", "../..", "../",
        "2021-05-04/2021-05-03", "2022/2021", "2021-06/2021-05-31", "Dec 22", "21-05-03", "P", "PT", "T25:00", "2021-05-03T",
        "2023-02-30/2023-03-01",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_valid(text: str) -> None:
    assert not valid(text)
