"""By which channels people are reached. In: a page of people, an instant. Out: channels, each until when it is so."""

from collections.abc import Sequence

from konnektu.identity import api as identity
from konnektu.profiles import api as profiles
from konnektu.segments.live.standing import identifying
from konnektu.storage.api import Connection


def reached(db: Connection, people: Sequence[int], at: int) -> dict[int, dict[profiles.Channel, int]]:
    """The channels by which each of them is reached; of people without any consent nothing more is read."""
    said = {
        person: heard
        for person, heard in profiles.statements_of_people(db, people).items()
        if profiles.may_be_reached(heard, at)
    }
    if not said:
        return {}
    contacts = {
        one.id: [profiles.Contact(*identifier) for identifier in sorted(identifying(one))]
        for one in identity.persons(db, sorted(said))
    }
    every = sorted({contact for several in contacts.values() for contact in several})
    refused = profiles.refusals_of_many(db, every)
    return {person: profiles.reach(said[person], held, refused, at) for person, held in contacts.items()}
