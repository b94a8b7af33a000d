"""A shop's pages, on an origin of their own: one with the npm package's bundle, one with the official snippet."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from threading import Thread
from typing import Any

from tests.sdk.tools import node, node_packages

HEAD = '<!doctype html><meta charset="utf-8"><title>Магазин</title>'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder of pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def write_bundle_page(folder: Path, collector: str, key: str) -> None:
    """bundle.html: the npm package as it is bundled for browsers, told only where its settings are."""
    copytree(node_packages() / "@segment" / "analytics-next" / "dist" / "umd", folder / "umd")
    load = f"AnalyticsNext.AnalyticsBrowser.load({{ writeKey: '{key}', cdnURL: '{collector}' }})"
    page = f'{HEAD}<script src="umd/index.js"></script><script>window.analytics = {load}</script>'
    (folder / "bundle.html").write_text(page, encoding="utf-8")


def write_snippet_page(folder: Path, host: str, key: str) -> None:
    """snippet.html: the official snippet, unmodified; it reaches its host by https."""
    node_packages()
    render = (
        "const s = require('@segment/snippet');"
        f"console.log(s.min({{ host: '{host}', apiKey: '{key}', page: false, useHostForBundles: true }}))"
    )
    folder_of_packages = Path(__file__).parent
    done = subprocess.run([node(), "-e", render], cwd=folder_of_packages, capture_output=True, check=True)
    page = f"{HEAD}<script>{done.stdout.decode()}</script>"
    (folder / "snippet.html").write_text(page, encoding="utf-8")
