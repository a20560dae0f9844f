"""The server of the annotator's page: one process, one rater, one request after the other."""

import secrets
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redline.app import view
from redline.app.desk import Desk
from redline.app.edits import Edit, EditError
from redline.app.guard import Guard
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.drawing import script, styles

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
LARGEST = 8_000_000
"""Bytes of a request; a day's offline edits are far smaller."""


class Sent(Struct, frozen=True):
    """Edits of the page, made on version `base`."""

    base: int
    edits: list[Edit]


def application(desk: Desk, token: str, port: int) -> Starlette:
    """The routes behind the guard. Handlers never wait, so that requests are served one after the other."""

    async def start(_: Request) -> Response:
        return _json(view.start(desk, msgspec.json.decode(read_bytes(STATIC / "keys.json"))))

    async def document(request: Request) -> Response:
        return _json(view.document(desk, request.path_params["doc"]))

    async def save(request: Request) -> Response:
        sent = msgspec.json.decode(await request.body(), type=Sent)
        doc = request.path_params["doc"]
        conflict = desk.commit(doc, sent.base, sent.edits)
        return _json(conflict, 409) if conflict else _json(view.progress(desk, doc))

    routes = [
        Route("/api/start", start),
        Route("/api/documents/{doc}", document),
        Route("/api/documents/{doc}/edits", save, methods=["POST"]),
        *_files(desk),
    ]
    handlers: Any = {EditError: _refused, msgspec.DecodeError: _refused, UnicodeDecodeError: _refused, RedlineError: _failed}
    guard = Middleware(Guard, token=token, port=port)
    return Starlette(routes=routes, middleware=[guard], exception_handlers=handlers, max_body_size=LARGEST)


def _files(desk: Desk) -> list[Route]:
    """A route for each file of the page, named one by one: no path of a request reaches the disk."""
    paths = [path for folder in (STATIC, script.STATIC) for path in folder.iterdir() if path.suffix in KINDS]
    contents = {f"/{path.name}": (read_bytes(path), KINDS[path.suffix]) for path in paths}
    page, kind = contents.pop("/index.html")
    contents["/"] = page.replace(b"</head>", _preloads(contents) + b"</head>"), kind
    contents["/layers.css"] = (styles.sheet(desk.taxonomy).encode(), KINDS[".css"])
    return [Route(path, _file(*content)) for path, content in contents.items()]


def _preloads(names: Iterable[str]) -> bytes:
    """Links that let the browser load all modules at once, and not each when another one imports it."""
    return "".join(f'<link rel="modulepreload" href="{name[1:]}">\n' for name in names if name.endswith(".js")).encode()


def _file(data: bytes, kind: str) -> Any:
    async def serve(_: Request) -> Response:
        return Response(data, media_type=kind)

    return serve


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def _refused(_: Request, error: Exception) -> Response:
    return _json({"error": str(error)}, 422)


async def _failed(_: Request, error: Exception) -> Response:
    return _json({"error": str(error)}, 507)


def bound(port: int) -> socket.socket:
    """A socket on the loopback address alone; port 0 is any free one.

    Raises RedlineError when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
        """Serves until it is interrupted or told to exit."""
        self.server.run([self.listener])


def service(desk: Desk, port: int) -> Service:
    """The server of a desk; the token of this run is in the address, after the `#`, where no request carries it."""
    listener, token = bound(port), secrets.token_urlsafe(24)
    number = listener.getsockname()[1]
    app = application(desk, token, number)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off", ws="none", proxy_headers=False)
    return Service(uvicorn.Server(config), listener, f"http://127.0.0.1:{number}/#{token}")
