"""Who may talk to the server: the page that it served itself, on this machine, with the token of this run."""

import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "x-redline-token"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Of every answer: only files of this server run, and no text ever becomes markup or script."""


class Guard:
    """Refuses what does not come from the page itself, and adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or lets the application answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts:
            return 421, "the host name is wrong; needed: 127.0.0.1 or localhost with the port of the page"
        if origin not in (None, f"http://{host}") or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403, "the request comes from another site; needed: the annotator's page"
        if scope["path"].startswith("/api/"):
            if not hmac.compare_digest(headers.get(TOKEN, "").encode(), self._token.encode()):
                return 401, "wrong token; needed: the address that the command printed"
            if scope["method"] == "POST" and headers.get("content-type") != "application/json":
                return 415, "the content is not JSON; needed: application/json"
        return None
