"""`konnektu demo`. In: an installation. Out: a project with purchases and a story in it, and its sign-in."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import msgspec

from konnektu.cli.answer import Answer, Injected
from konnektu.cli.demo_project import Made, fill, make
from konnektu.cli.serve import owned_world, wait_ready
from konnektu.cli.world import owner
from konnektu.core import logging
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError


def demo(
    *, serve: bool = False, port: int | None = None, host: str | None = None, context: Injected
) -> Answer | None:
    """Make the demo project, and fill it with real purchases and a shop's story.

    Parameters
    ----------
    serve
        Start the product and keep it running until Ctrl-C.
    port
        Public port with --serve; 8080 unless set.
    host
        Address to listen on with --serve; 127.0.0.1 unless set.
    """
    config = context.settings(port=port, host=host).config
    if serve:
        serve_demo(config)
        return None
    logging.configure("warning", "console")
    with running(config):
        made = fill(config, make(config), is_quiet=context.as_json)
    return Answer(made, said(made))


def serve_demo(config: Config) -> None:
    """Start everything, make the demo, say where it is, fill it, go on until Ctrl-C or SIGTERM."""
    config = msgspec.structs.replace(config, log_format="console", log_level="warning")
    logging.configure(config.log_level, config.log_format)
    with owned_world(config) as supervisor:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.ask_to_stop())
        Thread(target=tell, args=(config,), name="demo", daemon=True).start()
        supervisor.run()


def tell(config: Config) -> None:
    """Say where the demo is as soon as it can be opened, then fill it; what goes wrong is said and stops nothing."""
    try:
        wait_ready(config)
        made = make(config)
        print(said(made), flush=True)
        if not made.is_complete:
            print("Purchases and a year of a shop's life are being added …", file=sys.stderr, flush=True)
            fill(config, made, is_quiet=False)
            print("The demo project is complete. Ctrl-C stops everything.", file=sys.stderr, flush=True)
    except KonnektuError as error:
        print(error.message, file=sys.stderr, flush=True)


@contextmanager
def running(config: Config) -> Iterator[None]:
    """The product answers while this lasts: somebody else's, or our own."""
    if owner(config) is not None:
        yield
        return
    with owned_world(config) as supervisor:
        thread = supervisor.run_aside()
        try:
            wait_ready(config)
            yield
        finally:
            supervisor.ask_to_stop()
            thread.join()


def said(made: Made) -> str:
    """The link and the sign-in for a person."""
    return f"\n  {made.link}\n  login     {made.login}\n  password  {made.password}\n"
