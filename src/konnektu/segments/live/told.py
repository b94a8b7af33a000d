"""What a fact tells of the person it is of, beside orders, records and identifiers. In: facts. Out: changes."""

from typing import Any

from konnektu.core.records import Event, Resolved
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.rules.known import Arrival, Moment
from konnektu.rules.live import (
    ArrivalsStand,
    AttributesStand,
    Change,
    ItemStands,
    PersonStands,
    State,
    StatementsStand,
    TagsStand,
)
from konnektu.segments.live import known
from konnektu.segments.live.hand import Working
from konnektu.segments.live.standing import attributes, in_order, technical, who


def of_merged(working: Working, profile: int, event: Event, people: profiles.Working) -> list[Change]:
    """What stands of a person after others were merged into them and neither side could know alone."""
    kinds, state = working.asked.kinds, people.states.get(profile)
    changes: list[Change] = []
    if state is not None:
        changes += [AttributesStand(attributes(state)), who(state, working.asked.home)]
    if "tags" in kinds:
        changes.append(TagsStand(_present(working, profile)))
    if "items" in kinds:
        names = {name for _, name in working.lists.get(profile, ())}
        changes += [each for name in sorted(names) for each in _list(working, profile, name, event)]
    return changes


def of_person(working: Working, one: Resolved, people: profiles.Working) -> list[Change]:
    """What a fact says of the person it is of."""
    event, kinds = one.event, working.asked.kinds
    changes: list[Change] = []
    state = people.states.get(one.profile)
    held = working.states.get(one.profile)
    if state is not None:
        changes += _who(working, one, state, held)
        if "arrivals" in kinds:
            changes.append(ArrivalsStand(_arrivals(working, one, state, held)))
    if "statements" in kinds and profiles.speaks_of_consent(event):
        before = held.picture.statements if held is not None else ()
        heard, _ = profiles.statements_of(event, one.atom)
        changes.append(StatementsStand(known.newest([*before, *map(known.statement, heard)])))
    if "tags" in kinds and event.type == "tag":
        changes.append(TagsStand(_tags(working, one)))
    if "items" in kinds and one.atom and (said := product_lists.told_of(event)) is not None:
        changes += _items(working, one, said)
    if (wire := known.event(event)) is not None:
        changes.append(wire)
    return changes


def _who(working: Working, one: Resolved, state: profiles.ProfileState, held: State | None) -> list[Change]:
    """Attributes where a fact states some, and who the person is."""
    home = working.asked.home
    if profiles.states_attributes(one.event):
        return [AttributesStand(attributes(state)), who(state, home)]
    if one.profile in working.newcomers:
        return [who(state, home)]
    if held is None or (
        held.is_born and (held.picture.is_known, held.picture.home) == (state.basics.known, home)
    ):
        return []
    # Attributes stand as they were, and are not read for it.
    return [PersonStands(state.basics.known, "", home, held.picture.zone)]


def _arrivals(
    working: Working, one: Resolved, state: profiles.ProfileState, held: State | None
) -> tuple[Arrival, ...]:
    before = held.picture.arrivals if held is not None else ()
    brought = {each.key: each for each in before if each.side == "marketing"}
    rules, here = working.arrived.rules, Moment(one.event.time, one.event.position)
    keys = {source.id: key for key, source in working.arrived.sources.items()}
    for number in rules.recognise(one.event) if rules is not None and one.atom else ():
        key = keys[number]
        was = brought.get(key)
        first, last = (min(was.first, here), max(was.last, here)) if was else (here, here)
        brought[key] = Arrival("marketing", key, first, last)
    return in_order([*brought.values(), *technical(state)])


def _tags(working: Working, one: Resolved) -> frozenset[str]:
    words = working.words.setdefault(one.profile, {})
    for word in profiles.tag_words(one.event, one.atom):
        key = word.atom, word.tag
        if key not in words or profiles.is_later(word, words[key]):
            words[key] = word
    return _present(working, one.profile)


def _present(working: Working, profile: int) -> frozenset[str]:
    return frozenset(profiles.present_tags(working.words.get(profile, {}).values()))


def _items(working: Working, one: Resolved, said: Any) -> list[Change]:
    """What stands on a list after a fact that speaks of it."""
    if not (said.said or said.clears):
        return []
    event, lists = one.event, working.lists.setdefault(one.profile, {})
    state = lists.setdefault((one.atom, said.list), product_lists.ListState())
    told = product_lists.in_currency(said, working.currencies.at(event.position))
    product_lists.take_told(state, told, event.time, event.position, event.source)
    return _list(working, one.profile, said.list, event)


def _list(working: Working, profile: int, name: str, event: Event) -> list[Change]:
    """What stands on a list; what stood there before and does no more is told as gone."""
    same = [each for (_, listed), each in working.lists[profile].items() if listed == name]
    found = {
        (each.product, each.variant): known.item(name, each)
        for each in product_lists.items(product_lists.united(same))
    }
    held = working.states.get(profile)
    before = held.picture.items if held is not None else {}
    gone = {(key[1], key[2]) for key, (_, item) in before.items() if key[0] == name and item} - found.keys()
    stands = [ItemStands(name, *key, event.position, item) for key, item in found.items()]
    return [*stands, *(ItemStands(name, *key, event.position, None) for key in sorted(gone))]
