"""Makes calls through an official Python client and prints what it called, and when, as JSON.

`python python_clients.py CLIENT URL WRITE_KEY CALLS PAUSE_MS`
"""

import sys
import time
from typing import Any

import msgspec

UPLOAD_SIZE = 5
"""Small, so that a short test makes many requests."""


def segment(url: str, key: str) -> Any:
    from segment.analytics.client import Client

    return Client(key, host=url, upload_size=UPLOAD_SIZE, upload_interval=0.05)


def rudder(url: str, key: str) -> Any:
    from rudderstack.analytics.client import Client

    return Client(key, host=url, upload_size=UPLOAD_SIZE, upload_interval=0.05)


CLIENTS = {"segment-python": segment, "rudder-python": rudder}


def call(client: Any, mark: int) -> None:
    user, marked = f"user-{mark % 7}", {"mark": mark}
    match mark % 6:
        case 0:
            client.track(user, "Заказ оформлен 😀", {**marked, "revenue": 1234.56, "empty": None})
        case 1:
            client.identify(user, {**marked, "first_name": "Иван"})
        case 2:
            client.page(user, "shop", "Корзина", marked)
        case 3:
            client.screen(user, "shop", "Cart", marked)
        case 4:
            client.group(user, f"company-{mark}", marked)
        case _:
            client.alias(f"old-{mark}", user)


def main(name: str, url: str, key: str, calls: int, pause_ms: int) -> None:
    client = CLIENTS[name](url, key)
    made = {}
    for mark in range(calls):
        made[mark] = time.time_ns() // 1_000_000
        call(client, mark)
        time.sleep(pause_ms / 1000)
    client.shutdown()
    sys.stdout.write(msgspec.json.encode(made).decode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
