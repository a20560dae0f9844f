"""The elements of a long JSON array: the same as of the whole, wherever the file is cut into chunks, and one line for what is damaged."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from redline.core.errors import RedlineError
from redline.formats import array

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text('"\\[]{}, né😀\n', max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text('"\\[,', max_size=3), inner, max_size=3),
    max_leaves=8,
)


def read(path: Path, content: str | bytes) -> list[object]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(array.values(path, "task", "a list"))


@given(some.lists(VALUES, max_size=4), some.integers(1, 9), some.sampled_from([None, 1]))
def test_any_list_is_read_as_it_was_written_whatever_the_chunks(
    tmp_path_factory: pytest.TempPathFactory, values: list[object], chunk: int, indent: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "list.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(array, "CHUNK", chunk)
        assert read(path, f" \n{json.dumps(values, indent=indent, ensure_ascii=False)}\n ") == values


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "x.json: is not a list"),
        ("  \n", "x.json: is not a list"),
        ('{"a": [1]}', "x.json: is not a list"),
        ("[", "x.json: is not JSON (it ends before the list does)"),
        ('[{"a": 1}, {"a": ', "x.json: after task 0: is not JSON (it ends before the list does)"),
        ('[1, 2, "]', "x.json: after task 1: is not JSON (it ends before the list does)"),
        ("[1, 2] 3", "x.json: after task 1: is not JSON (it has more after the list)"),
        ("[1][2]", "x.json: after task 0: is not JSON (it has more after the list)"),
        ("[1, 2}", "x.json: is not JSON (the list ends in a brace)"),
        ("[1,]", "x.json: task 1: is not JSON"),
        ("[,]", "x.json: task 0: is not JSON"),
        ("[1, {], 3]", "x.json: task 1: is not JSON"),
        ("[1, NaN]", "x.json: task 1: is not JSON"),
        (b'[1, "\xff"]', "x.json: task 1: is not JSON"),
        ("[1, " + "[" * 100_000 + "]" * 100_000 + "]", "x.json: task 1: is not JSON"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line_with_its_place(content: str | bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError) as refused:
        read(tmp_path / "x.json", content)
    assert says in str(refused.value)
    assert str(refused.value).endswith("; needed: a list")
    assert "\n" not in str(refused.value)
