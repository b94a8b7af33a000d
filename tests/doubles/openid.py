"""An OpenID provider on loopback that checks what a real one checks, and lies as it is told.

Discovery, an authorization endpoint that signs a chosen person in at once, a token endpoint with PKCE and client
authentication, and keys that rotate. Protocols: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, RFC 7636.
"""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import msgspec
from joserfc import jwk, jwt

CLIENT, SECRET = "konnektu:shop", "a secret / of the client"


class OpenId:
    """What the provider knows, and how it lies."""

    def __init__(self, now: int) -> None:
        """`now` is its clock, in seconds."""
        self.now = now
        self.issuer = ""
        self.key = _fresh_key("first")
        self.claims: dict[str, Any] = {"sub": "s-1", "email": "olga@shop.example", "email_verified": True}
        self.over: dict[str, Any] = {}
        """Claims that lie: they replace what would be right."""
        self.signed_with: jwk.Key | None = None
        """A key that signs in place of the published one."""
        self.algorithm = "RS256"
        self.is_away = False
        self.methods = ["client_secret_basic"]
        self.asked: list[str] = []
        """Paths in the order they were asked for."""
        self._codes: dict[str, dict[str, str]] = {}

    def rotate(self) -> None:
        """Sign with another key from here on, and publish that alone."""
        self.key = _fresh_key(secrets.token_hex(4))

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": self.methods,
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig"}, {"kty": "oct", "k": "x"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], client: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a code; it is good once, for the client, address and verifier that it was made for."""
        asked = self._codes.pop(form.get("code", ""), None)
        if client != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if _challenge(form["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        right = {
            "iss": self.issuer, "aud": CLIENT, "iat": self.now, "exp": self.now + 300, "nonce": nonce,
        }  # fmt: skip
        claims = {**right, **self.claims, **self.over}
        if self.algorithm != "RS256":
            return self._forged(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.signed_with or self.key)

    def _forged(self, claims: dict[str, Any]) -> str:
        """A token that nobody signed, or signed with the public key as if it were a shared secret."""
        header = msgspec.json.encode({"alg": self.algorithm, "kid": self.key.kid})
        signed = f"{_text(header)}.{_text(msgspec.json.encode(claims))}"
        if self.algorithm == "none":
            return f"{signed}."
        return f"{signed}.{_text(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"


@contextmanager
def running(now: int) -> Iterator[OpenId]:
    """A provider that answers on a port of loopback."""
    provider = OpenId(now)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, _flat(urlsplit(self.path).query)
            provider.asked.append(path)
            if provider.is_away:
                self._say(503, {})
            elif path == "/.well-known/openid-configuration":
                self._say(200, provider.discovery())
            elif path == "/keys":
                self._say(200, provider.keys())
            else:
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            form = _flat(self.rfile.read(int(self.headers["content-length"])).decode())
            self._say(*provider.token(form, _client(self.headers.get("authorization", ""), form)))

        def _say(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(msgspec.json.encode(body))

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fresh_key(name: str) -> jwk.RSAKey:
    return jwk.RSAKey.generate_key(2048, {"kid": name})


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _client(authorization: str, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    name, _, secret = base64.b64decode(value).decode().partition(":")
    return unquote(name), unquote(secret)


def _challenge(verifier: str) -> str:
    return _text(hashlib.sha256(verifier.encode()).digest())


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
