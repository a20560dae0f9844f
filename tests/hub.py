"""A small hub on loopback that speaks the commit protocol of the Hugging Face Hub, with problems on request.

Repositories are kept in memory: commits as maps from path to bytes. Source: https://huggingface.co/docs/hub/api and the
requests that huggingface_hub makes.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote


class Repository:
    """Commits in order, each with its files, tags, and who sees it."""

    def __init__(self, *, private: bool = False) -> None:
        self.private = private
        self.commits: list[tuple[str, dict[str, bytes]]] = []
        self.tags: dict[str, str] = {}
        self.commit({}, "made")

    @property
    def head(self) -> str:
        """The id of the last commit."""
        return self.commits[-1][0]

    def files(self, revision: str) -> dict[str, bytes]:
        """The files of a revision: a branch, a tag or a commit."""
        name = self.head if revision == "main" else self.tags.get(revision, revision)
        return next(files for commit, files in self.commits if commit == name)

    def commit(self, files: dict[str, bytes], message: str) -> str:
        """Adds a commit."""
        name = hashlib.sha1(f"{len(self.commits)} {message}".encode()).hexdigest()
        self.commits.append((name, files))
        return name


class Hub:
    """What the server knows: repositories by kind and name, stored objects, and the problems that it makes.

    A private repository is there for requests with a token alone. Problems: `stale` commits something in between, `torn` fails
    the commit once, `object` fails an object once, `liar` gives other bytes back for one file, `gone` hides one file, `settings`
    and `tag` refuse these requests.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.objects: dict[str, bytes] = {}
        self.problems: set[str] = set()
        self.requests: list[str] = []
        self.url = ""

    def once(self, problem: str) -> bool:
        """Whether a problem is due; it is made once."""
        due = problem in self.problems
        self.problems.discard(problem)
        return due


REPOSITORY = r"(?P<kind>dataset|model)s/(?P<name>[^/]+/[^/]+)"
ROUTES: list[tuple[str, str, str]] = [
    ("POST", r"/api/repos/create", "create"),
    ("POST", r"/api/validate-yaml", "validate"),
    ("GET", rf"/api/{REPOSITORY}/refs", "refs"),
    ("GET", rf"/api/{REPOSITORY}/tree/(?P<revision>[^/?]+)", "tree"),
    ("GET", rf"/api/{REPOSITORY}(/revision/(?P<revision>[^/?]+))?", "info"),
    ("POST", rf"/api/{REPOSITORY}/preupload/(?P<revision>[^/?]+)", "preupload"),
    ("POST", rf"/api/{REPOSITORY}/commit/(?P<revision>[^/?]+)", "commit"),
    ("POST", rf"/api/{REPOSITORY}/tag/(?P<revision>[^/?]+)", "tag"),
    ("PUT", rf"/api/{REPOSITORY}/settings", "settings"),
    ("POST", r"/(datasets/)?(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch", "batch"),
    ("PUT", r"/objects/(?P<oid>[0-9a-f]+)", "store"),
    ("GET", r"/(?P<prefix>datasets/)?(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", "resolve"),
]


LARGE = (".parquet", ".spacy", ".npy", ".bin")
"""Files that are stored as objects."""


def entry(path: str, data: bytes) -> dict[str, Any]:
    """A file as a tree lists it: with its hash in git, and the SHA-256 of an object."""
    row: dict[str, Any] = {
        "type": "file",
        "path": path,
        "size": len(data),
        "oid": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest(),
    }
    if path.endswith(LARGE):
        row["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return row


class Handler(BaseHTTPRequestHandler):
    """Answers requests by the table of routes."""

    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body of each answer waits 40 ms for the acknowledgement of its head

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        path = unquote(self.path.split("?")[0])
        self.hub.requests.append(f"{self.command} {path}")
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = b"".join(self._chunks())
        else:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for verb, pattern, name in ROUTES:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                getattr(self, f"_{name}")(**{key: value for key, value in match.groupdict().items() if value is not None})
                return
        self._send(404, {"error": f"no route for {method} {path}"})

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, code: int, value: Any, headers: dict[str, str] | None = None) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _held(self, kind: str, name: str) -> Repository | None:
        found = self.hub.repositories.get(f"{kind}s/{name}")
        if found is None or (found.private and "Authorization" not in self.headers):
            found = None
            self._send(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        return found

    def _create(self) -> None:
        value = json.loads(self.body)
        owner = value.get("organization") or "somebody"
        key = f"{value.get('type', 'model')}s/{owner}/{value['name']}"
        there = key in self.hub.repositories
        self.hub.repositories.setdefault(key, Repository(private=value.get("visibility") == "private"))
        self._send(409 if there else 200, {"url": f"{self.hub.url}/{key}"})

    def _validate(self) -> None:
        self._send(200, {"errors": [], "warnings": []})

    def _refs(self, kind: str, name: str) -> None:
        if held := self._held(kind, name):
            tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": commit} for tag, commit in held.tags.items()]
            branch = {"name": "main", "ref": "refs/heads/main", "targetCommit": held.head}
            self._send(200, {"branches": [branch], "converts": [], "tags": tags})
            if self.hub.once("stale"):
                held.commit({"else.txt": b"somebody else"}, "in between")

    def _info(self, kind: str, name: str, revision: str = "main") -> None:
        if held := self._held(kind, name):
            files = [{"rfilename": path} for path in self._listed(held, revision)]
            self._send(
                200, {"id": name, "sha": held.head, "private": held.private, "tags": [], "downloads": 0, "likes": 0, "siblings": files}
            )

    def _listed(self, held: Repository, revision: str) -> list[str]:
        return sorted(held.files(revision))[1 if "gone" in self.hub.problems else 0 :]

    def _tree(self, kind: str, name: str, revision: str) -> None:
        if held := self._held(kind, name):
            self._send(200, [entry(path, held.files(revision)[path]) for path in self._listed(held, revision)])

    def _preupload(self, kind: str, name: str, revision: str) -> None:
        rows = json.loads(self.body)["files"]
        found = [
            {"path": row["path"], "uploadMode": "lfs" if row["path"].endswith(LARGE) else "regular", "shouldIgnore": False} for row in rows
        ]
        self._send(200, {"files": found})

    def _batch(self, name: str) -> None:
        rows = json.loads(self.body)["objects"]
        found = []
        for row in rows:
            entry: dict[str, Any] = {"oid": row["oid"], "size": row["size"]}
            if row["oid"] not in self.hub.objects:
                entry["actions"] = {"upload": {"href": f"{self.hub.url}/objects/{row['oid']}"}}
            found.append(entry)
        self._send(200, {"transfer": "basic", "objects": found})

    def _store(self, oid: str) -> None:
        if self.hub.once("object"):
            self._send(403, {"error": "the store is closed"})
            return
        assert hashlib.sha256(self.body).hexdigest() == oid
        self.hub.objects[oid] = self.body
        self._send(200, {})

    def _commit(self, kind: str, name: str, revision: str) -> None:
        held = self._held(kind, name)
        if held is None:
            return
        if self.hub.once("torn"):
            self._send(500, {"error": "the server fell over in the middle"})
            return
        lines = [json.loads(line) for line in self.body.splitlines()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        if header.get("parentCommit") not in (None, held.head):
            self._send(412, {"error": "A commit has happened since. Please refresh and try again."})
            return
        files = dict(held.files(revision))
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.objects[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        commit = held.commit(files, header["summary"])
        self._send(200, {"success": True, "commitOid": commit, "commitUrl": f"{self.hub.url}/{kind}s/{name}/commit/{commit}"})

    def _settings(self, kind: str, name: str) -> None:
        if "settings" in self.hub.problems:
            self._send(403, {"error": "the token may not do this"})
        elif held := self._held(kind, name):
            held.private = json.loads(self.body)["visibility"] == "private"
            self._send(200, {})

    def _tag(self, kind: str, name: str, revision: str) -> None:
        if "tag" in self.hub.problems:
            self._send(403, {"error": "the token may not do this"})
        elif held := self._held(kind, name):
            held.tags[json.loads(self.body)["tag"]] = revision
            self._send(200, {})

    def _resolve(self, name: str, revision: str, path: str, prefix: str = "") -> None:
        if held := self._held("dataset" if prefix else "model", name):
            data = held.files(revision).get(path)
            if data is None:
                self._send(404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"})
                return
            if "liar" in self.hub.problems and path.endswith("README.md"):
                data = data[:-2] + b"?\n"
            etag = hashlib.sha256(data).hexdigest()
            self._send(200, data, {"ETag": f'"{etag}"', "X-Repo-Commit": held.head})


@contextmanager
def served() -> Iterator[Hub]:
    """A hub that listens on loopback."""
    hub = Hub()
    handler: Callable[..., Any] = type("Bound", (Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
