"""The server of the adjudicator's page: the guard of the annotator's, and the answers to decisions."""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redline.app import adjudication_view as view
from redline.app import server
from redline.app.adjudication import Adjudication, Back, BlindError, Made
from redline.core.errors import RedlineError
from redline.core.files import read_bytes

KEYS = "adjudicate.json"


class Base(Struct, frozen=True, forbid_unknown_fields=True):
    """The version that the page shows."""

    base: str


def application(table: Adjudication, token: str, port: int) -> Starlette:
    """The routes behind the guard. Each change is answered with the state that it gives, or with 409 and the state that others made."""

    async def start(_: Request) -> Response:
        keys, own = (msgspec.json.decode(read_bytes(server.STATIC / name)) for name in ("keys.json", KEYS))
        return server.answer(view.start(table, keys, own))

    async def documents(_: Request) -> Response:
        return server.answer(await run_in_threadpool(view.queue, table))

    async def document(request: Request) -> Response:
        return server.answer(view.document(table, request.path_params["doc"]))

    async def decided(request: Request) -> Response:
        made = msgspec.json.decode(await request.body(), type=Made)
        doc = request.path_params["doc"]
        return _changed(table, doc, table.decide(doc, made))

    async def put_back(request: Request) -> Response:
        back = msgspec.json.decode(await request.body(), type=Back)
        doc = request.path_params["doc"]
        return _changed(table, doc, table.put_back(doc, back))

    async def gold(request: Request) -> Response:
        doc, sent = request.path_params["doc"], msgspec.json.decode(await request.body(), type=Base)
        found = table.write_gold(doc, sent.base)
        return _changed(table, doc, found is not None, found=view.problems(found or []))

    async def like(request: Request) -> Response:
        return server.answer(view.like(table, request.path_params["doc"], request.path_params["id"]))

    place = "/api/documents/{doc}"
    routes = [
        Route("/api/start", start),
        Route("/api/documents", documents),
        Route(place, document),
        Route(f"{place}/like/{{id}}", like),
        Route(f"{place}/decisions", decided, methods=["POST"]),
        Route(f"{place}/back", put_back, methods=["POST"]),
        Route(f"{place}/gold", gold, methods=["POST"]),
        *server.drawn(table.taxonomy, "adjudicate.html"),
    ]
    return server.guarded(routes, token, port, {BlindError: _blind, RedlineError: server.refused})


def _changed(table: Adjudication, doc: str, fits: bool, **more: Any) -> Response:
    return server.answer({**view.state(table, doc), **(more if fits else {})}, 200 if fits else 409)


async def _blind(_: Request, error: Exception) -> Response:
    return server.answer({"error": str(error)}, 403)
