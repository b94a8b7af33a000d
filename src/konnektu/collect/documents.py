"""In: a write key and where the browser reached us. Out: the documents that browser SDKs fetch before they send.

Without them the official SDKs stay silent or send to their vendor: the snippet takes its target from
`apiHost` and `protocol`, the npm package needs the key under "Segment.io", RudderStack's needs an
enabled source. Documents are static for a key and an address: no database is asked.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec

SCRIPT_NAME: Final = "analytics.min.js"
"""The browser SDK's standalone build (@segment/analytics-next, MIT), put beside this module by the build."""


def segment_settings(key: str, protocol: str, host: str) -> bytes:
    """Settings document of analytics-next and its snippet. `host` is the authority, as cdp.example.org:8443."""
    settings: dict[str, Any] = {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "apiHost": f"{host}/v1",
                "protocol": protocol,
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            },
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}, "identify": {}, "group": {}},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0, "host": f"{host}/v1"},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }
    return msgspec.json.encode(settings)


def rudder_config(key: str, data_plane: str) -> bytes:
    """Source configuration of RudderStack's browser SDK; `data_plane` is our address with its protocol."""
    source: dict[str, Any] = {
        "id": key,
        "name": "KONNEKTU",
        "writeKey": key,
        "enabled": True,
        "workspaceId": "konnektu",
        "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
        "destinations": [],
        "dataplanes": {},
        "connections": [],
    }
    return msgspec.json.encode({"source": source, "updatedAt": "", "dataPlaneUrl": data_plane})


@lru_cache(maxsize=1)
def standalone_script() -> bytes | None:
    """The browser SDK as one script, or None where the build did not bring it."""
    script = files("konnektu.collect").joinpath("static", SCRIPT_NAME)
    return script.read_bytes() if script.is_file() else None
