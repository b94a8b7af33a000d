"""The front door of outgoing: fetch and send over HTTP; a checked address for other protocols."""

from konnektu.outgoing.addresses import checked_address
from konnektu.outgoing.client import Credentials, Outgoing, checked_url
from konnektu.outgoing.model import (
    Answer,
    AnsweredNo,
    AnsweredTooMuch,
    Fetched,
    InnerAddress,
    Unanswered,
    WrongAddress,
)

__all__ = [
    "Answer",
    "AnsweredNo",
    "AnsweredTooMuch",
    "Credentials",
    "Fetched",
    "InnerAddress",
    "Outgoing",
    "Unanswered",
    "WrongAddress",
    "checked_address",
    "checked_url",
]
