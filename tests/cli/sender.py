"""Sends orders through the official Segment client, without a pause long enough to miss a kill, and waits for answers.

`python sender.py URL WRITE_KEY CALLS USERS`
"""

import sys
import time

from segment.analytics.client import Client

PAUSE_SECONDS = 0.01


def main(url: str, key: str, calls: int, users: int) -> None:
    given_up: list[str] = []
    client = Client(
        key,
        host=url,
        upload_size=5,
        upload_interval=0.05,
        max_retries=30,
        on_error=lambda error, _: given_up.append(repr(error)),
    )
    for call in range(calls):
        client.track(f"user-{call % users}", "Order Completed", {"revenue": 10, "currency": "RUB"})
        time.sleep(PAUSE_SECONDS)
    client.shutdown()
    sys.exit("; ".join(given_up) or 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
