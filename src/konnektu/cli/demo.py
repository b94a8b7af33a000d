"""`konnektu demo`. In: an installation. Out: a project with purchases and a story in it, and its sign-in."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import msgspec

from konnektu.cli.answer import Answer, Injected
from konnektu.cli.demo_project import Made, fill, make
from konnektu.cli.serve import owned_world, wait_ready
from konnektu.cli.world import owner
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry

REST_SECONDS = 5.0
JOIN_SECONDS = 5.0
"""How long the filling may take to notice the end."""


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
    with running(config):
        make(config)
        made = fill(config, is_quiet=context.as_json, stop=Event())
    return Answer(made, said(made))


def serve_demo(config: Config) -> None:
    """Start everything, make the demo, say where it is, fill it, go on until Ctrl-C or SIGTERM."""
    config = msgspec.structs.replace(config, log_format="console", log_level="warning")
    stop = Event()
    with owned_world(config) as supervisor:

        def end(*_: object) -> None:
            stop.set()
            supervisor.ask_to_stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        filling = Thread(target=tell, args=(config, stop), name="demo", daemon=True)
        filling.start()
        supervisor.run()
        filling.join(JOIN_SECONDS)


def tell(config: Config, stop: Event) -> None:
    """Say where the demo is as soon as it can be opened, then fill it; what goes wrong is said and stops nothing."""
    try:
        wait_ready(config)
        made = make(config)
        print(said(made), flush=True)
        if not made.is_complete:
            fill_until_complete(config, stop)
    except KonnektuError as error:
        if not stop.is_set():
            print(error.message, file=sys.stderr, flush=True)


def fill_until_complete(config: Config, stop: Event) -> None:
    """Fill the demo, again and again while the world is broken: a role that died is started anew meanwhile."""
    say("Purchases and a year of a shop's life are being added; everything can be used meanwhile.")
    while not stop.is_set():
        try:
            if fill(config, is_quiet=False, stop=stop).is_complete:
                say("The demo project is complete. Ctrl-C stops everything.")
            return
        except Retry as error:
            if not stop.is_set():
                say(f"{error.message} Trying again.")
            stop.wait(REST_SECONDS)


def say(line: str) -> None:
    """A line for the person who watches."""
    print(line, file=sys.stderr, flush=True)


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
