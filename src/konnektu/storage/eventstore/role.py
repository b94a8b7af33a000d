"""In: the settings. Out: the role `store`, running until it is told to stop."""

import threading
from functools import partial

from konnektu.core.config import Config
from konnektu.core.secrets import installation_key
from konnektu.storage import credentials
from konnektu.storage.eventstore.engine import Limits
from konnektu.storage.eventstore.server import serve
from konnektu.storage.histories import FOLDER


def run_store(config: Config, stop: threading.Event) -> None:
    """Answer the ClickHouse protocol on loopback for the embedded event store of this data folder.

    Returns soon after `stop` is set. Raises `Fatal` where another process has the folder open.
    """
    password_of = partial(credentials.event_store_password, installation_key(config))
    limits = Limits(memory_bytes=config.store_memory_bytes, threads=config.store_threads)
    serve(config.data.resolve() / FOLDER, password_of, limits, stop)
