"""The page on which a text comes in: what it is compared with, what the person is asked, and the seed that it becomes."""

from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from redline.app.desk import Desk
from redline.core.corpus import Seed
from redline.core.files import read_bytes
from redline.curate import ingest, inspection
from redline.curate.inspection import Inspected
from redline.project import sources

PAGE = Path(__file__).parent / "add_page"
Repair = Literal["encoding", "mark", "lines", "hidden"]


class Sent(Struct, frozen=True, forbid_unknown_fields=True):
    """The bytes of a text (in JSON as base64), and the repairs that the person has ticked."""

    data: bytes
    repairs: list[Repair]


class About(Struct, frozen=True, forbid_unknown_fields=True):
    """The provenance of a text: what `redline ingest` has options for."""

    doc: str
    title: str
    genre: str
    origin: Literal["given", "account", "fiction"]
    language: str
    date: str | None
    event: str
    rights: Literal["", "open", "unknown", "restricted"]
    license: str
    author: str
    sources: list[str]


class New(Sent, frozen=True, forbid_unknown_fields=True):
    """A text to save."""

    about: About


def start(desk: Desk) -> dict[str, list[str]]:
    """What the fields of the page offer: the genres of the schema, and the events and licences of the seeds."""
    schema = msgspec.json.decode(read_bytes(desk.project.schemas / "seed.json"))
    seeds = [source.seed for source in desk.sources.values()]
    return {
        "genres": schema["properties"]["genre"]["enum"],
        "events": sorted({seed.event for seed in seeds if not seed.referenced}),
        "licences": sorted({seed.license for seed in seeds if seed.license} | {"unknown"}),
    }


def look(desk: Desk, sent: Sent) -> Inspected:
    """The facts about a text before it is saved, compared with the texts of the project.

    Raises RedlineError when its encoding is unknown.
    """
    known = sources.read_all(desk.project.seeds, desk.project.texts)
    return inspection.inspected(sent.data, sent.repairs, known, desk.taxonomy)


def save(desk: Desk, new: New) -> dict[str, Any]:
    """Writes the seed as `redline ingest` does; gives the numbers that the command prints. `Desk.renew` finds the new seed.

    It changes nothing in the desk, because it runs in a thread.

    Raises RedlineError as the command does; nothing is written then.
    """
    text = inspection.repaired(new.data, new.repairs)
    seed = Seed(**msgspec.structs.asdict(new.about), sha256="")
    document = ingest.add(desk.project, inspection.NAME, text, seed)
    return {"doc": seed.doc, "passages": len(document.records), "sentences": sum(len(record.sentences) for record in document.records)}
