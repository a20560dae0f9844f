"""Who may talk to the annotator's server: its own page on this machine, with the token of this run."""

import asyncio
import http.client
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from redline.app import server
from redline.app.desk import Desk
from redline.cli import main
from redline.project import Project

DOC = "kazan-drone-strikes"


@pytest.fixture
def service(project: Project) -> Iterator[server.Service]:
    table = Desk(project, "anna")
    made = server.service(table, 0)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made
    made.server.should_exit = True
    thread.join()
    table.close()


def asked(service: server.Service, path: str, method: str = "GET", body: Any = None, **headers: str) -> http.client.HTTPResponse:
    port = service.listener.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    base = {"Host": f"127.0.0.1:{port}", "X-Redline-Token": service.address.partition("#")[2], "Content-Type": "application/json"}
    sent = {name: value for name, value in {**base, **{k.replace("_", "-"): v for k, v in headers.items()}}.items() if value}
    connection.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body), sent)
    return connection.getresponse()


def test_the_page_gets_the_scheme_a_document_and_an_answer_to_its_edits(service: server.Service) -> None:
    start = json.load(asked(service, "/api/start"))
    assert (start["rater"], [layer["layer"] for layer in start["layers"]][-1]) == ("anna", "arguments")
    passage = json.load(asked(service, f"/api/documents/{DOC}"))["passages"][0]
    assert passage["words"][0] == [0, 7]
    sent = {"base": 0, "edits": [{"key": "t1", "passage": 0, "item": "comment:", "before": None, "after": "👨‍👩‍👧"}]}
    answer = asked(service, f"/api/documents/{DOC}/edits", "POST", sent)
    assert (answer.status, json.load(answer)["version"]) == (200, 1)
    sent["edits"][0]["key"] = "t2"  # type: ignore[index]
    answer = asked(service, f"/api/documents/{DOC}/edits", "POST", sent)
    assert (answer.status, json.load(answer)["edits"][0]["after"]) == (409, "👨‍👩‍👧")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X_Redline_Token": ""}, 401),
        ({"X_Redline_Token": "x" * 32}, 401),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Content_Type": "text/plain"}, 415),
    ],
)
def test_what_does_not_come_from_the_page_is_refused(service: server.Service, headers: dict[str, str], status: int) -> None:
    assert asked(service, f"/api/documents/{DOC}/edits", "POST", {"base": 0, "edits": []}, **headers).status == status


@pytest.mark.parametrize(
    "path",
    ["/api/documents/..%2F..%2Fcorpus", "/api/documents/%2e%2e", "/../pyproject.toml", "/%2e%2e/desk.py", "/keys.json/../../desk.py"],
)
def test_no_path_leaves_the_corpus(service: server.Service, path: str) -> None:
    answer = asked(service, path)
    assert answer.status == 404
    assert b"import" not in answer.read()


@pytest.mark.parametrize("path", ["/api/documents/none", "/api/questions/none"])
def test_a_document_that_does_not_exist_is_not_found(service: server.Service, path: str) -> None:
    answer = asked(service, path)
    assert (answer.status, json.load(answer)) == (404, {"error": "there is no document `none`; needed: one of seeds/"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"base": 0}', b"\xff", b'{"base": 0, "edits": [{"key": 1}]}'])
def test_a_request_of_another_shape_is_an_answer_and_no_crash(service: server.Service, body: bytes) -> None:
    assert asked(service, f"/api/documents/{DOC}/edits", "POST", body).status == 422
    assert asked(service, "/api/start").status == 200


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"anna": ', "input data was truncated"),
        ('{"anna": 3}', "expected `object`, got `int` - at `$[...]`"),
        ("[]", "expected `object`, got `array`"),
    ],
)
def test_a_table_of_raters_of_another_shape_is_one_line_and_the_work_is_saved(
    content: str, why: str, service: server.Service, project: Project
) -> None:
    path = project.raters / "raters.json"
    right = path.read_bytes()
    path.write_text(content)
    sent = {"base": 0, "edits": [{"key": "t1", "passage": 0, "item": "layer:arguments", "before": None, "after": "2.0.2"}]}
    answer = asked(service, f"/api/documents/{DOC}/edits", "POST", sent)
    line = f"{path}: is not a table of raters ({why}); needed: an object of rater and description"
    assert (answer.status, json.load(answer)) == (507, {"error": line})
    assert path.read_text() == content
    assert asked(service, "/api/documents/dam-wire").status == 200
    path.write_bytes(right)
    answer = asked(service, f"/api/documents/{DOC}/edits", "POST", sent)
    assert (answer.status, json.load(answer)["version"]) == (200, 1)
    assert "anna" in json.loads(path.read_bytes())


def test_a_browser_that_closes_the_connection_within_a_request_is_no_error(
    service: server.Service, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = service.listener.getsockname()
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)
    head = f"POST /api/documents/{DOC}/edits HTTP/1.1\r\nHost: {host}:{port}\r\nX-Redline-Token: {service.address.partition('#')[2]}\r\n"
    with socket.create_connection((host, port)) as connection:
        connection.sendall(f'{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"base": 0'.encode())
    assert asked(service, "/api/start").status == 200
    assert caplog.text == ""


def test_every_answer_carries_the_policy(service: server.Service) -> None:
    for path, headers in (("/", {}), ("/api/start", {"X_Redline_Token": ""}), ("/nothing", {}), ("/", {"Host": "evil.example"})):
        policy = asked(service, path, **headers).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy


def test_the_page_loads_all_its_modules_at_once(service: server.Service) -> None:
    page = asked(service, "/").read().decode()
    names = re.findall(r'<link rel="modulepreload" href="([\w.]+)">', page)
    assert {"main.js", "passage.js"} <= set(names)
    assert all(asked(service, f"/{name}").status == 200 for name in names)


def test_the_server_listens_on_the_loopback_address_alone(service: server.Service) -> None:
    assert service.listener.getsockname()[0] == "127.0.0.1"


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_first_half() -> None:
    options: list[int] = []

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        options.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def connect(listener: socket.socket) -> None:
        async with await asyncio.start_server(accept, sock=listener):
            reader, _ = await asyncio.open_connection(*listener.getsockname())
            await reader.read()

    asyncio.run(connect(server.bound(0)))
    assert options == [1]


def test_a_port_that_is_taken_ends_in_one_line(service: server.Service, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    port = service.listener.getsockname()[1]
    assert main(["annotate", "--rater", "boris", "--port", str(port), "--no-browser"]) == 2
    assert capsys.readouterr().err == f"redline: port {port} is unusable (address already in use); needed: a free port, with --port\n"
