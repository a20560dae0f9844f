"""Logistic regression over n-grams and the vectors of a frozen sentence encoder that the user names.

Source: Reimers and Gurevych 2019; sentence-transformers runs the encoder, which learns nothing here. Its weights must be
safetensors, and no code of its repository is run.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.core.files import read_bytes, sha256
from redline.learn.baseline import Judge, Setup
from redline.learn.linear import Linear
from redline.learn.ngrams import Floats

ABOUT, WEIGHTS = "encoder.json", "model.safetensors"
PROBE = "We will answer every attack on our ships, the minister said."
MOST = 20_000
NEAR = 1e-3
"""How far the vector of PROBE may be from that of training: another processor rounds otherwise."""
KEPT: dict[str, dict[str, Any]] = {}
"""The vectors that are kept, by encoder and text."""


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """The name or path of the encoder, and the vector that it gave PROBE when the model was trained."""

    encoder: str
    probe: list[float]


class Encoder(Linear):
    """A linear classifier over n-grams and the vectors of an encoder, each of length 1, times `scale` of the settings."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.name = str(setup.settings["encoder"])

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Trains as `Linear.fit` does.

        Raises RedlineError where the settings name the SHA-256 of other weights than the encoder has.
        """
        check(self.name, self.setup.settings.get("sha256"))
        super().fit(train, validation, judge)

    def _vectors(self, texts: Sequence[str]) -> Floats | None:
        return encoded(self.name, texts) * float(self.setup.settings.get("scale", 1.0)) if texts else None

    def save(self, folder: Path) -> None:
        """Writes the weights, and which encoder it was."""
        super().save(folder)
        known = Known(self.name, [round(float(value), 6) for value in encoded(self.name, [PROBE])[0]])
        (folder / ABOUT).write_bytes(msgspec.json.encode(known) + b"\n")

    def load(self, folder: Path) -> None:
        """Reads the weights, and loads the encoder.

        Raises RedlineError where it gives other vectors than it gave in training.
        """
        super().load(folder)
        known = msgspec.json.decode((folder / ABOUT).read_bytes(), type=Known)
        self.name = known.encoder
        vector = encoded(self.name, [PROBE])[0]
        if len(vector) != len(known.probe) or float(np.abs(vector - np.array(known.probe)).max()) > NEAR:
            raise RedlineError(
                f"encoder `{self.name}` does not give the same vectors as in training; needed: the same encoder, or train again"
            )


def encoded(name: str, texts: Sequence[str]) -> Floats:
    """(texts, dimensions): the vectors of an encoder, each of length 1; MOST of them are kept, since cross-validation asks again."""
    kept = KEPT.setdefault(name, {})
    new = list(dict.fromkeys(text for text in texts if text not in kept))
    found = dict(zip(new, _loaded(name).encode(new, normalize_embeddings=True, show_progress_bar=False), strict=True)) if new else {}
    vectors: Floats = np.array([kept[text] if text in kept else found[text] for text in texts], dtype=np.float64)
    if len(kept) + len(found) > MOST:
        kept.clear()
    kept.update(list(found.items())[:MOST])
    return vectors


def check(name: str, wanted: str | None) -> None:
    """Raises RedlineError where an encoder is not on this machine, or its weights have another SHA-256 than the wanted one."""
    _loaded(name)
    if wanted and (digest := sha256(read_bytes(_folder(name) / WEIGHTS))) != wanted:
        raise RedlineError(f"the weights of encoder `{name}` have the SHA-256 {digest}; needed: {wanted}, or another value in the settings")


def download(name: str) -> None:
    """Downloads an encoder from the hub into the user's cache: its weights as safetensors, its tokenizer and settings.

    Raises RedlineError where this fails.
    """
    with needed("encoder"):
        from huggingface_hub import snapshot_download
    try:
        snapshot_download(name, allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model"])
    except (OSError, ValueError) as error:
        raise RedlineError(f"encoder `{name}` cannot be downloaded ({_line(error)}); needed: a name of the hub, or a folder") from None


def _folder(name: str) -> Path:
    """The folder of an encoder that is loaded: its own, or the one in the cache of the hub."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, local_files_only=True, allow_patterns=WEIGHTS))


@lru_cache(maxsize=2)
def _loaded(name: str) -> Any:
    """The encoder of a path, or of a name of the hub that is in the user's cache, on the CPU."""
    with needed("encoder"):
        from sentence_transformers import SentenceTransformer
    try:
        return SentenceTransformer(
            name, device="cpu", trust_remote_code=False, local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError) as error:
        raise RedlineError(f"encoder `{name}` cannot be loaded ({_line(error)}); needed: a folder, or --download") from None


def _line(error: Exception) -> str:
    """The first line of an error, at most 200 characters of it."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
