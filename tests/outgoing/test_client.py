"""Fetching and sending against real servers on this machine, which a setting allows."""

import gzip
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from konnektu.core.config import Config
from konnektu.outgoing import client as client_module
from konnektu.outgoing.api import (
    AnsweredNo,
    AnsweredTooMuch,
    Credentials,
    InnerAddress,
    Outgoing,
    Unanswered,
    WrongAddress,
)

LOOPBACK = Config(outgoing_networks=("127.0.0.0/8", "::1/128"))


class Server(ThreadingHTTPServer):
    """Answers by a table of paths and remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.server_address[1]}{path}"

    def headers_of(self, path: str) -> dict[str, str]:
        return next(headers for _, asked, headers, _ in self.asked if asked == path)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        status, more, content = self.server.answers.get(self.path, (404, {}, b""))
        if more.get("etag") and headers.get("if-none-match") == more["etag"]:
            status, content = 304, b""
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_GET  # noqa: N815 - of the library


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as one:
        yield one


@pytest.fixture
def other() -> Iterator[Server]:
    with serving(Server()) as one:
        yield one


@pytest.fixture
def client() -> Iterator[Outgoing]:
    one = Outgoing(LOOPBACK)
    yield one
    one.close()


def test_a_feed_is_fetched_and_an_unchanged_one_is_not(server, client, tmp_path):
    server.answers["/feed"] = (200, {"etag": '"1"', "last-modified": "Tue, 06 Jan 2026 10:00:00 GMT", "content-type": "text/xml"}, b"<a/>")  # fmt: skip
    to = tmp_path / "feed"
    first = client.fetch(server.url("/feed"), to, limit=100)
    assert (first.is_new, first.size, to.read_bytes()) == (True, 4, b"<a/>")
    assert (first.etag, first.content_type, first.url) == ('"1"', "text/xml", server.url("/feed"))
    to.write_bytes(b"as it was")
    again = client.fetch(
        server.url("/feed"), to, limit=100, etag=first.etag, last_modified=first.last_modified
    )
    assert (again.is_new, again.size, again.etag) == (False, 0, '"1"')
    assert again.last_modified == first.last_modified
    assert server.asked[-1][2]["if-modified-since"] == first.last_modified
    assert to.read_bytes() == b"as it was"


def test_the_limit_is_in_bytes_unpacked_and_leaves_the_old_file(server, client, tmp_path):
    to = tmp_path / "feed"
    to.write_bytes(b"old")
    packed = gzip.compress(b"x" * 10_000_000)
    server.answers["/bomb"] = (200, {"content-encoding": "gzip"}, packed)
    server.answers["/plain"] = (200, {}, b"y" * 101)
    for path in ("/bomb", "/plain"):
        with pytest.raises(AnsweredTooMuch, match="more than 100 bytes"):
            client.fetch(server.url(path), to, limit=100)
    assert [file.name for file in tmp_path.iterdir()] == ["feed"]
    assert to.read_bytes() == b"old"
    assert client.fetch(server.url("/bomb"), to, limit=10_000_000).size == 10_000_000


def test_packed_answers(server, client, tmp_path):
    to = tmp_path / "feed"
    whole = gzip.compress(b"one,") + gzip.compress(b"two")
    server.answers["/two"] = (200, {"content-encoding": "gzip"}, whole)
    server.answers["/cut"] = (200, {"content-encoding": "gzip"}, whole[:-3])
    server.answers["/damaged"] = (200, {"content-encoding": "gzip"}, b"no gzip at all")
    server.answers["/other"] = (200, {"content-encoding": "br"}, b"?")
    client.fetch(server.url("/two"), to, limit=100)
    assert to.read_bytes() == b"one,two"
    for path in ("/cut", "/damaged"):
        with pytest.raises(Unanswered, match="damaged"):
            client.fetch(server.url(path), to, limit=100)
    with pytest.raises(AnsweredNo, match="packs its answer as br"):
        client.fetch(server.url("/other"), to, limit=100)


def test_a_redirect_to_another_server_carries_no_credentials(server, other, client, tmp_path):
    secret = Credentials("olga", "word", {"x-api-key": "k"})
    server.answers["/here"] = (302, {"location": "/there", "set-cookie": "session=1"}, b"")
    server.answers["/there"] = (307, {"location": other.url("/away")}, b"")
    other.answers["/away"] = (302, {"location": server.url("/back")}, b"")
    server.answers["/back"] = (200, {}, b"end")
    done = client.fetch(server.url("/here"), tmp_path / "f", limit=10, credentials=secret, etag='"e"')
    assert (done.size, done.url) == (3, server.url("/back"))
    assert server.headers_of("/here")["authorization"].startswith("Basic ")
    assert server.headers_of("/there")["x-api-key"] == "k"
    for headers in (other.headers_of("/away"), server.headers_of("/back")):
        assert not {"authorization", "x-api-key", "cookie"} & set(headers)
        assert headers["if-none-match"] == '"e"'


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://169.254.169.254/latest/meta-data/", InnerAddress),
        ("http://[::ffff:10.0.0.1]/", InnerAddress),
        ("http://0xa000001/", InnerAddress),
        ("file:///etc/passwd", WrongAddress),
        ("ftp://127.0.0.1/", WrongAddress),
        ("http://user:word@127.0.0.1/", WrongAddress),
        ("http://[broken", WrongAddress),
        ("/again", AnsweredNo),
    ],
)
def test_redirects_are_checked_and_bounded(server, client, tmp_path, location, error):
    server.answers["/again"] = (301, {"location": location}, b"")
    with pytest.raises(error):
        client.fetch(server.url("/again"), tmp_path / "f", limit=10)
    assert len(server.asked) <= client_module.REDIRECTS + 1


def test_what_another_server_says_is_told_apart(server, client, tmp_path):
    for status in (500, 503, 429, 408):
        server.answers["/x"] = (status, {}, b"")
        with pytest.raises(Unanswered, match=str(status)):
            client.fetch(server.url("/x"), tmp_path / "f", limit=10)
    for status in (400, 401, 404, 410):
        server.answers["/x"] = (status, {}, b"")
        with pytest.raises(AnsweredNo, match=str(status)):
            client.fetch(server.url("/x"), tmp_path / "f", limit=10)


def test_messages_hold_no_key_of_the_address(server, client, tmp_path):
    with pytest.raises(AnsweredNo) as refused:
        client.fetch(server.url("/feed?key=hidden"), tmp_path / "f", limit=10)
    assert "hidden" not in refused.value.message
    assert "word" not in repr(Credentials("olga", "word"))


def test_sending(server, client):
    server.answers["/in"] = (201, {"x-request": "7"}, b"made")
    answer = client.send("POST", server.url("/in"), content=b"body", headers={"content-type": "text/csv"}, credentials=Credentials(headers={"authorization": "Bearer t"}))  # fmt: skip
    assert (answer.status, answer.headers["x-request"], answer.body) == (201, "7", b"made")
    method, _, headers, body = server.asked[0]
    assert (method, body, headers["content-type"], headers["authorization"]) == (
        "POST",
        b"body",
        "text/csv",
        "Bearer t",
    )
    server.answers["/moved"] = (302, {"location": "http://10.0.0.1/"}, b"")
    assert client.send("PUT", server.url("/moved"), content=b"x").status == 302
    with pytest.raises(AnsweredTooMuch):
        client.send("POST", server.url("/in"), limit=3)


def test_nothing_inside_is_reached_unless_allowed(server, tmp_path):
    outside = Outgoing(Config())
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "127.1"):
        with pytest.raises(InnerAddress):
            outside.fetch(server.url("/", host), tmp_path / "f", limit=10)
        with pytest.raises(InnerAddress):
            outside.send("POST", server.url("/", host))
    outside.close()
    assert server.asked == []


def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(server, tmp_path, monkeypatch):
    resolve, asked = socket.getaddrinfo, []

    def changing(host, *args, **more):
        if host != "rebinding.example":
            return resolve(host, *args, **more)
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **more)

    monkeypatch.setattr("socket.getaddrinfo", changing)
    server.answers["/"] = (200, {}, b"ok")
    client = Outgoing(Config(outgoing_networks=("127.0.0.1/32",)))
    assert client.fetch(server.url("/", "rebinding.example"), tmp_path / "f", limit=10).size == 2
    assert asked == ["rebinding.example"]
    assert server.asked[0][2]["host"].startswith("rebinding.example")
    client.close()
    again = Outgoing(Config(outgoing_networks=("127.0.0.1/32",)))
    with pytest.raises(InnerAddress):
        again.fetch(server.url("/", "rebinding.example"), tmp_path / "f", limit=10)
    again.close()


def test_proxies_of_the_environment_are_not_followed(server, other, client, tmp_path, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, other.url(""))
    server.answers["/"] = (200, {}, b"ok")
    fresh = Outgoing(LOOPBACK)
    fresh.fetch(server.url("/"), tmp_path / "f", limit=10)
    fresh.close()
    assert other.asked == []


class DrippingServer(socketserver.ThreadingTCPServer):
    """Begins to answer, and then sends a byte now and then, for ever."""

    daemon_threads = True

    def __init__(self, begin: bytes):
        super().__init__(("127.0.0.1", 0), Dripping)
        self.begin, self.is_over = begin, threading.Event()


class Dripping(socketserver.BaseRequestHandler):
    server: DrippingServer

    def handle(self):
        self.request.recv(4096)
        self.request.sendall(self.server.begin)
        try:
            while not self.server.is_over.wait(0.02):
                self.request.sendall(b"x")
        except OSError:
            return


@pytest.mark.parametrize(
    "begin", [b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"HTTP/1.1 200 OK\r\nx-long: "]
)
def test_a_dripping_server_ends_with_the_time(client, tmp_path, begin):
    server = DrippingServer(begin)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        with pytest.raises(Unanswered, match=r"too slow|timed out"):
            client.fetch(
                f"http://127.0.0.1:{server.server_address[1]}/", tmp_path / "f", limit=10**6, seconds=0.2
            )
    finally:
        server.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_nobody_listens(client, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered, match="does not answer"):
            client.fetch(f"http://127.0.0.1:{free.getsockname()[1]}/", tmp_path / "f", limit=10)


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://x/", "file:///etc/passwd", "http://", "https://a:b@c/", "http://x/" + "y" * 5000, "gopher://127.0.0.1/", "http://[::1", "//host/"])  # fmt: skip
def test_what_is_no_address(client, tmp_path, url):
    with pytest.raises(WrongAddress):
        client.fetch(url, tmp_path / "f", limit=10)


def certificate(tmp_path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of this name shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "pair.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(file)
    return shown, ssl.create_default_context(cafile=str(file))


def test_certificates_are_checked_by_name_though_the_address_is_connected(tmp_path, monkeypatch):
    shown, trust = certificate(tmp_path, "shop.example")
    resolve = socket.getaddrinfo
    known = {"shop.example", "other.example"}
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda host, *args, **more: resolve("127.0.0.1" if host in known else host, *args, **more),
    )
    server = Server()
    server.socket = shown.wrap_socket(server.socket, server_side=True)
    server.answers["/"] = (200, {}, b"ok")
    server.answers["/down"] = (302, {"location": server.url("/", "shop.example")}, b"")
    with serving(server):
        client = Outgoing(LOOPBACK, trust=trust)
        assert client.fetch(server.url("/", "shop.example", "https"), tmp_path / "f", limit=10).size == 2
        with pytest.raises(AnsweredNo, match="not"):
            client.fetch(server.url("/down", "shop.example", "https"), tmp_path / "f", limit=10)
        with pytest.raises(Unanswered, match=r"(?i)certificate"):
            client.fetch(server.url("/", "other.example", "https"), tmp_path / "f", limit=10)
        client.close()


def test_the_time_for_a_whole_request_bounds_many_hops(server, client, tmp_path, monkeypatch):
    server.answers["/a"] = (302, {"location": "/a"}, b"")
    with pytest.raises(Unanswered, match=r"too slow|timed out"):
        client.fetch(server.url("/a"), tmp_path / "f", limit=10, seconds=-1.0)
    assert server.asked == []
