"""What the page called saved is on the disk: after kills, torn lines and a full disk."""

import errno
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.app.edits import Edit
from redline.app.journal import Batch, Journal, JournalError, encode
from redline.core.errors import RedlineError

KILLS, KILLS_OF_A_JOURNAL = 200, 4
EDITS = 100
"""Edits that a process saves, at most, so that a journal stays short enough to be read after each kill."""


def batch(number: int, text: str = "words") -> Batch:
    return Batch("2026-01-01T00:00:00+00:00", "1.1.2", "t", "f", (Edit(f"k{number}", 0, "comment:", None, text),))


def keys(journal: Journal) -> list[str]:
    return [edit.key for one in journal.batches for edit in one.edits]


def writes_until_killed(path: Path, answers: int) -> None:
    """In a process of its own: saves edits, answers each saved key as one line on a pipe, and waits to be killed."""
    journal = Journal(path)
    first = len(keys(journal))
    for number in range(first, first + EDITS):
        journal.append(batch(number, "👨‍👩‍👧 e\u0301 " * (number % 40)))
        os.write(answers, b"%d\n" % number)
    signal.pause()


def test_200_kills_lose_at_most_the_edit_in_flight(tmp_path: Path) -> None:
    draw = random.Random(7)
    for kill in range(KILLS):
        path = tmp_path / f"{kill // KILLS_OF_A_JOURNAL}.journal"
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                writes_until_killed(path, writing)
            finally:
                os._exit(1)
        os.close(writing)
        answers = os.read(reading, 65536)  # it has begun
        time.sleep(draw.random() * 0.0005)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while piece := os.read(reading, 65536):
            answers += piece
        os.close(reading)
        journal = Journal(path)
        saved = keys(journal)
        journal.close()
        answered = int(answers.split(b"\n")[-2]) + 1
        assert saved == [f"k{number}" for number in range(len(saved))]
        assert answered <= len(saved) <= answered + 1
        assert len(saved) > kill % KILLS_OF_A_JOURNAL


texts = st.lists(st.sampled_from(["👨‍👩‍👧", "e\u0301", "ש", "\r\n", "\u2028", '"', "\\", "a", "\x00"]), max_size=6).map("".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(texts, min_size=1, max_size=3), st.data())
def test_a_journal_cut_at_any_byte_opens_with_all_whole_lines(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], data: st.DataObject
) -> None:
    lines = [encode(batch(number, text)) for number, text in enumerate(said)]
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    path = tmp_path_factory.mktemp("cut") / "x.journal"
    path.write_bytes(whole[:cut])
    journal = Journal(path)
    count = sum(sum(map(len, lines[: n + 1])) <= cut + 1 for n in range(len(lines)))  # the line feed may be missing
    assert [one.edits[0].after for one in journal.batches] == said[:count]
    journal.append(batch(9, "after the crash"))
    journal.close()
    again = Journal(path)
    assert [one.edits[0].after for one in again.batches] == [*said[:count], "after the crash"]
    again.close()


def test_the_last_line_without_its_line_feed_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    whole = encode(batch(0)) + encode(batch(1))
    path.write_bytes(whole[:-1])
    journal = Journal(path)
    assert keys(journal) == ["k0", "k1"]
    assert path.read_bytes() == whole
    journal.append(batch(2))
    assert keys(Journal(path)) == ["k0", "k1", "k2"]
    assert [one.name for one in tmp_path.iterdir()] == ["x.journal"]


def test_what_is_cut_off_at_the_end_is_kept_in_another_file(tmp_path: Path) -> None:
    path, cut = tmp_path / "x.journal", tmp_path / "x.journal.cut"
    changed = encode(batch(1)).replace(b"k1", b"k7")
    path.write_bytes(encode(batch(0)) + changed)
    assert keys(Journal(path)) == ["k0"]
    assert cut.read_bytes() == changed
    path.write_bytes(encode(batch(0)) + b"0123")
    assert keys(Journal(path)) == ["k0"]
    assert cut.read_bytes() == changed + b"0123\n"


def test_a_changed_byte_before_the_last_line_is_refused_and_nothing_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    data = bytearray(encode(batch(0)) + encode(batch(1)))
    data[30] ^= 1
    path.write_bytes(data)
    with pytest.raises(RedlineError, match=r"x\.journal:1: is damaged; needed: "):
        Journal(path)
    assert path.read_bytes() == data


def test_a_full_disk_fails_the_save_and_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.journal"
    journal = Journal(path)
    journal.append(batch(0))
    real, before = os.write, path.read_bytes()

    def half(handle: int, data: bytes) -> int:
        real(handle, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(JournalError, match="no space left on device"):
        journal.append(batch(1))
    assert path.read_bytes() == before
    monkeypatch.setattr(os, "write", real)
    journal.append(batch(2))
    journal.close()
    assert keys(Journal(path)) == ["k0", "k2"]


def test_the_disk_has_a_line_before_the_save_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, order = Journal(tmp_path / "x.journal"), []
    for name in ("write", "fsync"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *rest, real=real, name=name: (order.append(name), real(*rest))[1])
    journal.append(batch(0))
    assert order == ["write", "fsync"]


def test_a_journal_that_was_removed_is_written_again_with_all_batches(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "x.journal"
    journal = Journal(path)
    journal.append(batch(0))
    path.unlink()
    path.parent.rmdir()
    journal.append(batch(1))
    journal.append(batch(2))
    journal.close()
    assert keys(Journal(path)) == ["k0", "k1", "k2"]


@pytest.mark.parametrize(
    "put", [Path.write_bytes, lambda path, data: (path.with_name("y").write_bytes(data), path.with_name("y").replace(path))]
)
def test_a_journal_that_another_program_changed_is_not_written(tmp_path: Path, put: Callable[[Path, bytes], object]) -> None:
    path = tmp_path / "x.journal"
    journal = Journal(path)
    journal.append(batch(0))
    put(path, b"of somebody else")
    with pytest.raises(JournalError, match="another program changed it; needed: start the command again"):
        journal.append(batch(1))
    assert path.read_bytes() == b"of somebody else"
