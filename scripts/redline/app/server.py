"""The server of the annotator's page: one process, one rater.

Only handlers change the desk, and they run one after the other. What takes long runs in another thread, which only reads it.
"""

import re
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from redline.app import adding, correcting, questions, queue, view
from redline.app.desk import Desk, UnknownDocumentError
from redline.app.edits import Edit, EditError
from redline.app.guard import Guard
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.core.taxonomy import Taxonomy
from redline.drawing import script, styles

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_module = re.compile(rb"""(?:from |import |module" src=)["'](?:\./)?([\w-]+\.js)["']""")
LARGEST = 8_000_000
"""Bytes of a request; a day's offline edits are far smaller."""


class Sent(Struct, frozen=True):
    """Edits of the page, made on version `base` of the draft, over a text as `Draft.text` names it."""

    base: int
    edits: list[Edit]
    text: str = ""


def application(desk: Desk, token: str, port: int) -> Starlette:
    """The routes behind the guard. Handlers that change the desk never wait while they do so; the queue is read in a thread."""

    async def start(_: Request) -> Response:
        return answer(view.start(desk, msgspec.json.decode(read_bytes(STATIC / "keys.json"))))

    async def waiting(_: Request) -> Response:
        return answer(await run_in_threadpool(queue.waiting, desk))

    async def document(request: Request) -> Response:
        return answer(view.document(desk, request.path_params["doc"]))

    async def save(request: Request) -> Response:
        sent = msgspec.json.decode(await request.body(), type=Sent)
        doc = request.path_params["doc"]
        conflict = desk.commit(doc, sent.base, sent.edits, sent.text)
        return answer(conflict, 409) if conflict else answer(view.progress(desk, doc))

    routes = [
        Route("/api/start", start),
        Route("/api/queue", waiting),
        Route("/api/documents/{doc}", document),
        Route("/api/documents/{doc}/edits", save, methods=["POST"]),
        *_adding(desk),
        *_correcting(desk),
        *_questions(desk),
        *drawn(desk.taxonomy, "index.html"),
    ]
    return guarded(routes, token, port)


def _adding(desk: Desk) -> list[BaseRoute]:
    """The page on which a text is added, and its answers."""

    async def start(_: Request) -> Response:
        return answer(adding.start(desk))

    api = [Route("/api/add", start), _act_route(desk, "add", adding.Sent, adding.look), _act_route(desk, "add", adding.New, adding.save)]
    return [*api, Mount("/add", routes=small(adding.PAGE.iterdir()))]


def _correcting(desk: Desk) -> list[BaseRoute]:
    """The page on which a text is corrected, and its answers."""

    async def start(request: Request) -> Response:
        return answer(correcting.start(desk, request.path_params["doc"]))

    kind = correcting.Corrected
    acts = [_act_route(desk, "correct", kind, correcting.look), _act_route(desk, "correct", kind, correcting.save, alone=True)]
    return [*acts, Route("/api/correct/{doc}", start), Mount("/correct", routes=small(correcting.FILES))]


def _act_route(desk: Desk, page: str, kind: type[Any], act: Callable[[Desk, Any], Any], *, alone: bool = False) -> Route:
    """A route to an act of a page: a refusal is an answer with its reason, and the person can try again.

    `alone` is whether no other request is answered meanwhile. Otherwise `act` runs in a thread and must not change the desk.
    """

    async def handle(request: Request) -> Response:
        sent = msgspec.json.decode(await request.body(), type=kind)
        try:
            return answer(act(desk, sent) if alone else await run_in_threadpool(act, desk, sent))
        except RedlineError as error:
            return await refused(request, error)

    return Route(f"/api/{page}/{act.__name__}", handle, methods=["POST"])


def small(paths: Iterable[Path]) -> list[Route]:
    """The files of a page that draws no document, and those that it has in common with all pages."""
    common = [STATIC / name for name in ("dom.js", "server.js", "page.css", "icon.svg")]
    return files([*paths, *common, *(script.STATIC / name for name in ("element.js", "drawing.css"))])


def _questions(desk: Desk) -> list[BaseRoute]:
    """The page of the questions about each sentence, and its answers."""

    async def start(request: Request) -> Response:
        return answer(questions.start(desk, request.path_params["doc"]))

    async def save(request: Request) -> Response:
        sent = msgspec.json.decode(await request.body(), type=questions.Given)
        saved, answers = questions.save(desk, request.path_params["doc"], sent)
        return answer(answers, 200 if saved else 409)

    path = "/api/questions/{doc}"
    return [Route(path, start), Route(path, save, methods=["POST"]), Mount("/questions", routes=small(questions.FILES))]


def guarded(routes: Sequence[BaseRoute], token: str, port: int, handlers: Mapping[Any, Any] | None = None) -> Starlette:
    """Routes behind the guard; what a handler raises is an answer with one line."""
    known: Any = {
        ClientDisconnect: _gone,
        msgspec.DecodeError: refused,
        UnicodeDecodeError: refused,
        EditError: refused,
        UnknownDocumentError: _unknown,
        RedlineError: _failed,
        **(handlers or {}),
    }
    guard = Middleware(Guard, token=token, port=port)
    return Starlette(routes=routes, middleware=[guard], exception_handlers=known, max_body_size=LARGEST)


def drawn(taxonomy: Taxonomy, start: str) -> list[Route]:
    """A route for each file of a page that draws spans; it begins with `start`."""
    sheet = Route("/layers.css", _file(styles.sheet(taxonomy).encode(), KINDS[".css"]))
    return [*files([*STATIC.iterdir(), *script.STATIC.iterdir()], start), sheet]


def files(paths: Iterable[Path], start: str = "index.html") -> list[Route]:
    """A route for each file of a page, named one by one: no path of a request reaches the disk. `start` is at `/`."""
    chosen = [path for path in paths if path.suffix in KINDS and (path.suffix != ".html" or path.name == start)]
    contents = {f"/{path.name}": (read_bytes(path), KINDS[path.suffix]) for path in chosen}
    page, kind = contents.pop(f"/{start}")
    needed = _needed(page, {name[1:]: data for name, (data, _) in contents.items() if name.endswith(".js")})
    contents["/"] = page.replace(b"</head>", _preloads(needed) + b"</head>"), kind
    return [Route(path, _file(*content)) for path, content in contents.items()]


def _needed(page: bytes, modules: dict[str, bytes]) -> list[str]:
    """The modules that a page loads, and those that these import."""
    names: dict[str, None] = {}
    rest = [page]
    while rest:
        found = [name.decode() for name in _module.findall(rest.pop())]
        rest += [modules[name] for name in found if name not in names]
        names |= dict.fromkeys(found)
    return list(names)


def _preloads(names: Iterable[str]) -> bytes:
    """Links that let the browser load all modules at once, and not each when another one imports it."""
    return "".join(f'<link rel="modulepreload" href="{name}">\n' for name in names).encode()


def _file(data: bytes, kind: str) -> Any:
    async def serve(_: Request) -> Response:
        return Response(data, media_type=kind)

    return serve


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def refused(_: Request, error: Exception) -> Response:
    """The answer to what the page should not have sent."""
    return answer({"error": str(error)}, 422)


async def _unknown(_: Request, error: Exception) -> Response:
    return answer({"error": str(error)}, 404)


async def _gone(_: Request, __: Exception) -> Response:
    """The answer to a browser that closed the connection before its request was complete; nobody reads it."""
    return Response(status_code=400)


async def _failed(_: Request, error: Exception) -> Response:
    return answer({"error": str(error)}, 507)


def bound(port: int) -> socket.socket:
    """A socket on the loopback address alone; port 0 is any free one.

    Raises RedlineError when the port is taken.
    """
    # with a protocol of 0, asyncio leaves Nagle on, and each answer waits 40 ms for the acknowledgement of its first half
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)  # a browser that is faster than the start waits
    except OSError as error:
        listener.close()
        raise RedlineError(
            f"port {port} is unusable ({(error.strerror or str(error)).lower()}); needed: a free port, with --port"
        ) from None
    return listener


class Service(Struct):
    """A server that is ready to run, and the address of its page."""

    server: uvicorn.Server
    listener: socket.socket
    address: str

    def run(self) -> None:
        """Serves until it is interrupted or `server.should_exit` is set."""
        self.server.run([self.listener])


def service(desk: Desk, port: int) -> Service:
    """The server of a desk."""
    return served(partial(application, desk), port)


def served(made: Callable[[str, int], Starlette], port: int) -> Service:
    """The server of what `made` gives for a token and a port; the token of this run is in the address, after the `#`, where no
    request carries it.
    """
    listener, token = bound(port), secrets.token_urlsafe(24)
    number = listener.getsockname()[1]
    app = made(token, number)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off", ws="none", proxy_headers=False)
    return Service(uvicorn.Server(config), listener, f"http://127.0.0.1:{number}/#{token}")
