"""Letters of the installation itself. In: its mail server, a letter. Out: it is handed over, or why not.

The server is the installation's own (KONNEKTU_SMTP_URL), so it is not held to addresses outside.
"""

import asyncio
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import aiosmtplib

from konnektu.core.config import Config
from konnektu.transfers.model import NoMail, PlaceRefused, PlaceSilent

SECONDS = 60.0
PORTS = {"smtp": 587, "smtps": 465}


class _Server(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    is_encrypted: bool


def send(config: Config, to: str, subject: str, text: str) -> None:
    """Hand a letter over. Raises `NoMail`, `PlaceRefused` where the server does not want it, `PlaceSilent`."""
    server = _server(config)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = config.smtp_from, to, subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        asyncio.run(_sent(server, letter))
    except (
        aiosmtplib.SMTPAuthenticationError,
        aiosmtplib.SMTPRecipientsRefused,
        aiosmtplib.SMTPSenderRefused,
    ) as error:
        raise PlaceRefused(
            f"The mail server refuses the letter: {_said(error)}. Look at the address."
        ) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise PlaceSilent(
            f"The mail server does not take letters: {_said(error)}. It will be tried again."
        ) from error


async def _sent(server: _Server, letter: EmailMessage) -> None:
    """A password is shown to an encrypted connection alone; without one, encryption is used where it is offered."""
    await aiosmtplib.send(
        letter, hostname=server.host, port=server.port, username=server.user or None,
        password=server.password or None, use_tls=server.is_encrypted, timeout=SECONDS,
        start_tls=True if server.user and not server.is_encrypted else None,
    )  # fmt: skip


def has_mail(config: Config) -> bool:
    """Whether the installation can send letters."""
    return bool(config.smtp_url and config.smtp_from)


def _server(config: Config) -> _Server:
    if not has_mail(config):
        raise NoMail
    parts = urlsplit(config.smtp_url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise NoMail(
            "smtp_url is wrong. Write smtp://user:password@host:587 or smtps://user:password@host:465."
        )
    return _Server(
        parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.username or ""),
        unquote(parts.password or ""), parts.scheme == "smtps",
    )  # fmt: skip


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:300]
