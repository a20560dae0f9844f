"""Records that are read several times: in memory while they are few, otherwise in a scratch file without a name."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from tempfile import SpooledTemporaryFile, gettempdir

import msgspec

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import reason
from redline.core.predictions import place

IN_MEMORY = 1_000_000
"""Bytes of encoded records that stay in memory."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


class Stored(Sequence[Record]):
    """Records in their order, decoded when they are read. The file, if there is one, ends with the process."""

    def __init__(self, records: Iterable[Record] = (), in_memory: int = IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115
        self._ends = array("Q", [0])
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Adds a record at the end.

        Raises RedlineError when it contains a number of more than 64 bits, or the file cannot be written.
        """
        encoded = _encoded(record)
        try:
            self._file.seek(self._ends[-1])
            self._file.write(encoded)
        except OSError as error:
            with suppress(OSError):
                self._file.close()
            why = f"cannot be written ({reason(error)})"
            raise RedlineError(f"{gettempdir()}: a scratch file {why}; needed: free space, or another folder as TMPDIR") from None
        self._ends.append(self._ends[-1] + len(encoded))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> Record:  # type: ignore[override]
        number = range(len(self))[index]
        self._file.seek(self._ends[number])
        return _decoder.decode(self._file.read(self._ends[number + 1] - self._ends[number]))

    def __iter__(self) -> Iterator[Record]:
        return (self[number] for number in range(len(self)))


def _encoded(record: Record) -> bytes:
    """The bytes of a record. Raises RedlineError when it contains a number that no file of this kind can contain."""
    try:
        return _encoder.encode(record)
    except OverflowError:
        raise RedlineError(f"{place(record)}: contains a number of more than 64 bits; needed: smaller numbers") from None
