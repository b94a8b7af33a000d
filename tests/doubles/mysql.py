"""A server that speaks the protocol of MySQL, with one table's worth of rows, a user and what a read-only one refuses.

with MysqlDouble(rows, ("id", "name")) as server:
    server.asked                what it was asked
"""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any, Self

from mysql_mimic import IdentityProvider, MysqlServer, NativePasswordAuthPlugin, Session, User
from mysql_mimic.errors import ErrorCode, MysqlError

USER, PASSWORD = "reader", "a password of the double"


class _Reader(IdentityProvider):  # type: ignore[misc]
    def get_plugins(self) -> Sequence[Any]:
        return [NativePasswordAuthPlugin()]

    async def get_user(self, username: str) -> User | None:
        if username != USER:
            return None
        return User(
            name=USER,
            auth_string=NativePasswordAuthPlugin.create_auth_string(PASSWORD),
            auth_plugin=NativePasswordAuthPlugin.name,
        )


class MysqlDouble:
    """A running server; `port` says where."""

    def __init__(self, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> None:
        self.rows, self.names = rows, names
        self.asked: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._started(), self._loop).result(30)
        return self

    async def _started(self) -> None:
        double = self

        class Table(Session):  # type: ignore[misc]
            async def handle_query(self, sql: str, attrs: dict[str, str]) -> Any:
                double.asked.append(sql)
                if sql.startswith("SET SESSION TRANSACTION"):
                    return [], []
                return await super().handle_query(sql, attrs)

            async def query(self, expression: Any, sql: str, attrs: dict[str, str]) -> Any:
                if "nothing" in sql:
                    raise MysqlError("Table 'shop.nothing' doesn't exist", code=ErrorCode.PARSE_ERROR)
                return double.rows, double.names

        self._server = MysqlServer(session_factory=Table, identity_provider=_Reader())
        await self._server.start_server(host="127.0.0.1", port=0)
        self.port: int = self._server._server.sockets[0].getsockname()[1]

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stopped(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stopped(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.01)
