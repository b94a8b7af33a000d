"""The front door of collect: the decoder, what it depends on, and the collector for the public port."""

from konnektu.collect.agents import agent
from konnektu.collect.asgi import Collector, collector
from konnektu.collect.decode import decode, told_properties
from konnektu.collect.heads import head
from konnektu.collect.model import CLIENT_KINDS, FACT_TYPES, Fault, Options, Reason
from konnektu.collect.places import country
from konnektu.collect.sender import is_inside, sender_address
from konnektu.collect.times import is_believable, milliseconds

__all__ = [
    "CLIENT_KINDS",
    "FACT_TYPES",
    "Collector",
    "Fault",
    "Options",
    "Reason",
    "agent",
    "collector",
    "country",
    "decode",
    "head",
    "is_believable",
    "is_inside",
    "milliseconds",
    "sender_address",
    "told_properties",
]
