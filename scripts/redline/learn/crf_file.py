"""The content of a model file of CRFsuite as arrays, so that many sentences are labelled at once.

CRFsuite's own reader trusts the offsets in a file; this one checks them. A test compares the labels of both.
Source: `crf1d_model.c` and `cqdb.c` of CRFsuite 0.12 (BSD).
"""

import struct

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HEADER = struct.Struct("<4sI4s9I")
FEATURE = np.dtype([("type", "<u4"), ("from", "<u4"), ("to", "<u4"), ("weight", "<f8")])
STATE, TRANSITION = 0, 1
MAGIC = b"lCRF", b"FOMC"
NAMES = b"CQDB"
MOST = 50_000_000
"""Weights of a model, at most: 400 MB."""
BACK = 16
"""The offset in a table of names at which it has their number and the offset of their places."""


class Parameters(Struct, frozen=True):
    """The labels; the row of each attribute in `states`; the weights (attributes + 1, labels) of a label with an attribute, and
    (labels, labels) of a label after another. The last row of `states` is zero and is used for every other attribute."""

    labels: list[str]
    attributes: dict[str, int]
    states: Floats
    transitions: Floats


def parameters(data: bytes) -> Parameters:
    """What a model file contains.

    Raises ValueError, struct.error or UnicodeDecodeError when the file is not a model.
    """
    magic, _, kind, _, _, _, _, features, labels, attributes, _, _ = HEADER.unpack_from(data)
    if (magic, kind) != MAGIC:
        raise ValueError("is not a CRFsuite model")
    names, known = _names(data, labels), _names(data, attributes)
    if (len(known) + len(names)) * len(names) > MOST:
        raise ValueError(f"has more than {MOST} weights")
    (count,) = struct.unpack_from("<I", data, features + 8)
    weights = np.frombuffer(data, FEATURE, count, features + 12)
    states, transitions = np.zeros((len(known) + 1, len(names))), np.zeros((len(names), len(names)))
    for kind, table in ((STATE, states[:-1]), (TRANSITION, transitions)):
        of_kind = weights[weights["type"] == kind]
        if len(of_kind) and (of_kind["from"].max() >= len(table) or of_kind["to"].max() >= len(names)):
            raise ValueError("has a weight without a label or an attribute")
        table[of_kind["from"], of_kind["to"]] = of_kind["weight"]
    return Parameters(names, {name: place for place, name in enumerate(known)}, states, transitions)


def _names(data: bytes, start: int) -> list[str]:
    """The names of a table in their order; `start` is its place in the file."""
    if data[start : start + 4] != NAMES:
        raise ValueError("has no table of names at the place that its header gives")
    count, offset = struct.unpack_from("<2I", data, start + BACK)
    places = struct.unpack_from(f"<{count}I", data, start + offset)
    return [_name(data, start + place) for place in places]


def _name(data: bytes, place: int) -> str:
    """The name at a place: after its number and its length, which counts the zero at its end."""
    _, length = struct.unpack_from("<2I", data, place)
    name = data[place + 8 : place + 7 + length]
    if len(name) != length - 1:
        raise ValueError("ends inside a name")
    return name.decode("utf-8")
