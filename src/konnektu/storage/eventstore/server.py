"""In: HTTP requests of the ClickHouse protocol. Out: answers of chDB, as the unmodified clickhouse-connect reads them.

A user is a role of the engine: the installation's own, or a workspace's, which reaches its database alone.
Invariant: nothing is answered 200 before the engine has done it whole; a killed store loses no such answer.
"""

import asyncio
import hmac
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server

from konnektu.core import logging
from konnektu.core.errors import BadRequest, Forbidden, KonnektuError, Refused, SignInNeeded
from konnektu.core.logging import Action
from konnektu.core.metrics import store_queries
from konnektu.storage.eventstore import guard
from konnektu.storage.eventstore.engine import ADMIN, NAME, Answer, Engine, Failed, Limits
from konnektu.storage.eventstore.request import PACKINGS, Asked, asked, limited, signed_as
from konnektu.storage.eventstore.turns import INTERACTIVE, NAMES, SINK, Turns

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PLACES = 4
"""Statements at once. With two cores more of them only share the same time."""
REQUEST_BYTES = 512 << 20
PATIENCE_SECONDS = 5.0
"""How long running statements may go on when the engine must open anew; then they are cancelled."""
LOOK_SECONDS = 0.01
STATUS = {
    62: 400,
    36: 400,
    46: 400,
    47: 400,
    53: 400,
    452: 400,
    60: 404,
    81: 404,
    497: 403,
    516: 403,
    241: 503,
    394: 503,
}
"""ClickHouse error number → HTTP status, as the server's own table has them; 500 for the rest."""
_log = logging.get("store")
NUMBERS = {SignInNeeded: 516, Forbidden: 497, BadRequest: 36}


class Store:
    """The ASGI application."""

    def __init__(self, engine: Engine, password_of: Callable[[str], str], *, places: int = PLACES) -> None:
        """Take the engine and the function that knows each user's password."""
        self._engine = engine
        self._password_of = password_of
        self._turns = Turns(places)
        self._threads = ThreadPoolExecutor(places + 2, thread_name_prefix="chdb")
        self._refusal = lru_cache(maxsize=4096)(self._judged)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            body = limited(await _body(receive), REQUEST_BYTES)
            if scope["path"] in {"/ping", "/replicas_status"}:
                await _send(send, 200, b"Ok.\n", {})
                return
            role = self._role(*signed_as(scope["query_string"], headers))
            request = asked(scope["query_string"], headers, body)
            answer = await self._answer(role, request)
        except (Failed, KonnektuError) as error:
            await _send_error(send, error)
            return
        except Exception as error:
            _log.error(Action.REQUEST_FAILED, reason=repr(error), exc_info=True)
            raise
        await _send_answer(send, request, answer)

    def close(self) -> None:
        """Close the engine."""
        self._threads.shutdown(wait=True)
        self._engine.close()

    def _role(self, name: str, password: str) -> str:
        known = NAME.fullmatch(name) is not None
        if not known or not hmac.compare_digest(self._password_of(name).encode(), password.encode()):
            raise SignInNeeded(
                f"{name}: Authentication failed: password is incorrect, or there is no such user."
            )
        return name

    async def _answer(self, role: str, request: Asked) -> Answer:
        priority = _priority(request.settings)
        with counted(priority):
            if role != ADMIN:
                await self._declare(role)
                await self._permit(role, request)
            async with self._turns.turn(priority):
                answer = await self._in_thread(partial(self._run, role, request))
        if role == ADMIN and request.statement.lstrip()[:6].upper() == "CREATE":
            made = guard.made_database(
                await self._quickly(partial(self._engine.formatted, request.statement))
            )
            if made:
                await self._declare(made)
        return answer

    async def _permit(self, role: str, request: Asked) -> None:
        """Raise `Forbidden` where a workspace's user may not run this."""
        if request.database not in {"", "default", role}:
            raise Forbidden(f"{role}: Not enough privileges for the database {request.database}.")
        unsafe = [name for name in request.settings if not guard.is_safe_setting(name)]
        statement = request.statement + (" FORMAT Native" if request.rows is not None else "")
        reason = (
            f"setting {unsafe[0]}" if unsafe else await self._in_thread(partial(self._refusal, statement))
        )
        if reason:
            raise Forbidden(f"{role}: Not enough privileges for {reason}.")

    def _judged(self, statement: str) -> str:
        return guard.refusal(self._engine.formatted(statement), self._engine.table_functions)

    async def _declare(self, name: str) -> None:
        """Let the engine know the role of this database; others wait for the moment this takes."""
        if self._engine.knows(name) or not NAME.fullmatch(name):
            return
        cancelling = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._cancel_all)
        try:
            async with self._turns.alone():
                if not self._engine.knows(name):
                    await self._in_thread(partial(self._engine.declare, [name]))
        finally:
            cancelling.cancel()

    def _cancel_all(self) -> None:
        self._threads.submit(self._engine.cancel_all)

    def _run(self, role: str, request: Asked) -> Answer:
        database = request.database or ("default" if role == ADMIN else role)
        if role != ADMIN:
            database = role
        if request.rows is not None:
            return self._engine.insert(
                role,
                request.statement,
                request.rows,
                form=request.form,
                settings=request.settings,
                database=database,
            )
        return self._engine.run(
            role,
            request.statement,
            form=request.form,
            parameters=request.parameters,
            settings=request.settings,
            database=database,
        )

    async def _quickly(self, work: Callable[[], T]) -> T:
        """Let the engine read a statement, which takes a millisecond, before anything else."""
        async with self._turns.turn(SINK):
            return await self._in_thread(work)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def serve(
    folder: Path, password_of: Callable[[str], str], limits: Limits | None, stop: threading.Event
) -> None:
    """Open the engine in this folder and answer on loopback until `stop` is set.

    The port is written to `port` in the folder once it listens; the same port is taken again if it is free.
    """
    asyncio.run(_serve(folder, password_of, limits, stop))


async def _serve(
    folder: Path, password_of: Callable[[str], str], limits: Limits | None, stop: threading.Event
) -> None:
    store = Store(Engine(folder, limits), password_of)
    port = _free_port(folder / "port")
    server = Server(store, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False)
    beside = (asyncio.create_task(_announce(folder / "port", port)), asyncio.create_task(_end(server, stop)))
    try:
        await server.serve()
    finally:
        stop.set()
        for task in beside:
            task.cancel()
        store.close()


async def _end(server: Server, stop: threading.Event) -> None:
    """Stop the server when told."""
    await asyncio.to_thread(stop.wait)
    server.stop()


async def _announce(path: Path, port: int) -> None:
    """Write the port where clients look for it, as soon as it answers."""
    await asyncio.to_thread(_wait_for, port)
    half = path.with_suffix(f".{os.getpid()}")
    half.write_text(str(port))
    half.rename(path)


def _wait_for(port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(LOOK_SECONDS)


def _free_port(path: Path) -> int:
    """The port of the last time if nobody has it, else any free one."""
    last = int(path.read_text()) if path.exists() else 0
    for port in (last, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) == 0 and port:
                continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on loopback")


@contextmanager
def counted(priority: int) -> Iterator[None]:
    """Count a query under its outcome."""
    outcome = "failed"
    try:
        yield
        outcome = "done"
    except KonnektuError:
        outcome = "refused"
        raise
    finally:
        store_queries.labels(NAMES.get(priority, "other"), outcome).inc()


def _priority(settings: Mapping[str, str]) -> int:
    value = settings.get("priority", "")
    return int(value) if value.isdigit() else INTERACTIVE


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BadRequest("The request was cut off.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > REQUEST_BYTES or not message.get("more_body"):
            return b"".join(parts)


async def _send_answer(send: Send, request: Asked, answer: Answer) -> None:
    body, headers = answer.body, {"x-clickhouse-query-id": request.query_id or str(uuid4())}
    summary = {"read_rows": answer.rows_read, "read_bytes": answer.bytes_read, "written_rows": answer.rows_written,
               "elapsed_ns": int(answer.seconds * 1e9)}  # fmt: skip
    headers["x-clickhouse-summary"] = msgspec.json.encode({k: str(v) for k, v in summary.items()}).decode()
    headers["x-clickhouse-timezone"] = "UTC"
    if body:
        headers["x-clickhouse-format"] = request.form
    if body and request.packings:
        body = await asyncio.to_thread(PACKINGS[request.packings[0]], body)
        headers["content-encoding"] = request.packings[0]
    await _send(send, 200, body, headers)


async def _send_error(send: Send, error: Failed | KonnektuError) -> None:
    if isinstance(error, Failed):
        code, text = error.code, str(error)
        status = STATUS.get(code, 500)
    else:
        code = next((number for kind, number in NUMBERS.items() if isinstance(error, kind)), 1001)
        status = error.status if isinstance(error, Refused) else 500
        text = f"Code: {code}. DB::Exception: {error.message} ({type(error).__name__})"
    await _send(send, status, text.encode() + b"\n", {"x-clickhouse-exception-code": str(code)})


async def _send(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    sent = {"content-type": "text/plain; charset=UTF-8", "content-length": str(len(body)), **headers}
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})


__all__ = ["Store", "serve"]
