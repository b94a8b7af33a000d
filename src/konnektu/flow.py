"""The product on one screen: every stage of the way from a client's request to the history.

    clients ─► collect ─► inbox ─► WRITER: decode → deduplicate → identity → profiles → acquisition → orders → related
        → product lists → dictionary → segments ─► hand-over ─► sink ─► event store

The writer's stages see one transaction and hand each other frozen records; nobody calls the next stage,
`apply` composes them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct, field, structs

from konnektu.acquisition import api as acquisition
from konnektu.collect import api as collect
from konnektu.core.errors import Fatal
from konnektu.core.metrics import in_stage, stage
from konnektu.core.records import Decision, Event, Rejected, Resolved, StatusChanged
from konnektu.dictionary import api as dictionary
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.privacy import api as privacy
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import AT_ONCE, Behind, Connection, Storage, WorkspaceRecord


class Stage(Struct, frozen=True):
    """One stage: who reads what, writes what, how much at once, and what it does with bad data."""

    name: str
    process: str
    """Role whose process runs it."""
    reads: str
    writes: str
    batch: str
    """Setting that says how much it takes at once."""
    bad_data: str


STAGES = (
    Stage("collect", "collect", "requests", "inbox.block", "collect_buffer_bytes", "whole request refused, or kept for decode"),
    Stage("decode", "belt", "inbox.block", "events in memory", "belt_block_events", "quarantine, with a reason"),
    Stage("deduplicate", "belt", "events, seen", "seen", "belt_block_events", "same id, other content: quarantine"),
    Stage("identity", "belt", "events, identifier, person", "identifier, person, decision", "belt_block_events", "recorded refusal"),
    Stage("profiles", "belt", "resolved events, profile, consent", "profile, consent, tag, refusal", "belt_block_events", "value kept out, event kept"),
    Stage("acquisition", "belt", "resolved events, marketing_source", "marketing_source, arrival", "belt_block_events", "source kept out, rest kept"),
    Stage("orders", "belt", "resolved events, orders", "orders, order_figures", "belt_block_events", "part kept out, rest kept"),
    Stage("related", "belt", "resolved events, record", "record, record_version, record_kind", "belt_block_events", "part kept out, rest kept"),
    Stage("product lists", "belt", "resolved events, product_list", "product_list", "belt_block_events", "part kept out, rest kept"),
    Stage("dictionary", "belt", "events of the batch", "tracking_plan, seen_event, seen_property", "belt_block_events", "what breaks the plan: counted, or quarantine"),
    Stage("segments", "belt", "facts about segments, resolved events, segment_state", "segment, segment_version, segment_edit, segment_state, member, membership", "belt_block_events", "definition kept out, rest kept"),
    Stage("hand-over", "belt", "stamps", "applied", "belt_block_events", "none: all of it or nothing"),
    Stage("sink", "deliver", "applied, inbox.block, decision", "event store: fact, decision", "sink_batch_events", "none: counted before it is sealed"),
)  # fmt: skip
"""In the order of the flow; `konnektu flow` prints it with the lag of each."""


class Kept(Struct, frozen=True):
    """What a writer keeps from batch to batch; a writer that was fenced or met an exception loses it with itself."""

    people: identity.Kept
    states: profiles.Kept
    force: segments.Kept = field(default_factory=segments.Kept)

    def keep(self, applied: "Applied") -> None:
        """Take what a batch left. Call it after the commit, and never without one."""
        self.people.keep(applied.known)
        self.states.keep(applied.working)


class Applied(Struct, frozen=True):
    """A batch that went through every stage of the writer."""

    folded: list["Folded"]
    rejected: list[Rejected]
    """What a stage could not take of events whose rest it took; kept beside them, to be corrected."""
    known: identity.Known
    working: profiles.Working
    decisions: Mapping[str, int]
    """How many decisions identity took, by kind."""
    status_changes: list[StatusChanged]
    """Orders that came to stand elsewhere, in the order of positions."""


class Folded(Struct, frozen=True, gc=False):
    """An event that went through every stage of the writer."""

    event: Event
    atom: int
    visit: int
    """Start of the visit it belongs to, milliseconds; 0 for none."""


class Remainder(Struct, frozen=True):
    """People some of whose events are gone for their age, and all that is left of these."""

    position: int
    """Of the fact that names them."""
    atoms: list[int]
    """All of theirs, in order."""
    facts: list[Resolved]
    """In order of positions, each with its present profile."""
    borns: dict[int, int]
    """When each was made, which events that are gone may have told."""


class Hand(Struct, frozen=True):
    """What a batch touches beside profiles, in hand while these are folded."""

    told: orders.Working | None
    records: related.Working | None
    left: Sequence[Remainder]
    force: segments.InForce | None = None
    """The definitions of segments to follow; None where there is nothing to follow."""
    noted: segments.Noted = field(default_factory=segments.Noted)


BUILT_AT_ONCE = 200
"""People whose history is read at once for segments: live facts wait meanwhile."""

options = identity.options
settled_options = identity.settled_options
with_kinds = identity.with_kinds


def apply(
    storage: Storage,
    record: WorkspaceRecord,
    db: Connection,
    events: Sequence[Event],
    kept: Kept,
    behind: Behind = AT_ONCE,
) -> Applied:
    """Take events of one batch, in order of positions, through the writer's stages inside its transaction.

    What the stages write goes `behind` where that is given: wait for it before anything else uses the connection.
    """
    at = _At(storage, record, db, behind)
    followed = dictionary.follow(db, events) + _follow_segments(at, events, kept.force)
    force, noted = _force(db, kept.force), segments.Noted()
    with stage("identity"):
        told = orders.load(db, events, orders.ranking(storage, record))
        records = related.load(db, events, orders.ranking(storage, record))
        owners = orders.owners(told) + related.owners(records)
        known = identity.load(db, events, kept.people, owners=owners, owning=_speaking(told, records))
        resolved = _resolved(known, told, records, events, noted if force else None)
        left = _remainders(storage, record, db, known, events)
    with stage("profiles"):
        hand = Hand(told, records, left, force, noted)
        applied = _fold_profiles(at, known, resolved, hand, kept.states)
    return structs.replace(applied, rejected=applied.rejected + followed) if followed else applied


def _resolved(
    known: identity.Known,
    told: orders.Working | None,
    records: related.Working | None,
    events: Sequence[Event],
    noted: segments.Noted | None = None,
) -> list[Resolved]:
    speaking = _speaking(told, records)
    if noted is not None:
        return [_noted(known, told, records, one, noted) for one in identity.each(known, events)]
    if not speaking:
        return identity.resolve(known, events)
    # One by one: whose an order or a record is may decide whose the next event is.
    return [
        _owned(known, told, records, one) if one.event.position in speaking else one
        for one in identity.each(known, events)
    ]


def _speaking(told: orders.Working | None, records: related.Working | None) -> frozenset[int]:
    """Positions of the events that speak of an order or a record."""
    return (told.speaking if told else frozenset()) | (records.speaking if records else frozenset())


def _noted(
    known: identity.Known,
    told: orders.Working | None,
    records: related.Working | None,
    resolved: Resolved,
    noted: segments.Noted,
) -> Resolved:
    """An event whose order or record has taken what it says, with a note of how these and its people stand then."""
    noted.before(resolved.event, told, records)
    found = _owned(known, told, records, resolved)
    noted.after(found, known, told, records)
    return found


def _force(db: Connection, kept: segments.Kept) -> segments.InForce | None:
    """The definitions to follow; None where there are none, and then segments cost one statement a batch."""
    force = kept.of(db)
    return None if force is None or force.is_idle else force


def _follow_segments(at: "_At", events: Sequence[Event], kept: segments.Kept) -> list[Rejected]:
    """Take what facts say of segments. Where others come into force, the first people stand under these at once, the
    rest when they are met or in their turn.
    """
    stated = [event for event in events if event.type in segments.FACTS]
    if not stated:
        return []
    was, place = kept.of(at.db), _place(at, stated[-1])
    if was is not None and was.building and any(segments.says_built(event) for event in stated):
        found = _until(at, place.position - 1)
        while segments.build_next(at.db, kept, found, place, BUILT_AT_ONCE):
            pass
    rejected = segments.follow(at.db, stated)
    force = kept.of(at.db)
    if force is not None:
        segments.switch_next(at.db, force)
    refused = {one.position for one in rejected}
    taken = [one for one in stated if one.position not in refused]
    segments.list_people(at.db, force, taken, at.record.timezone)
    segments.rank_people(at.db, force, taken, at.record.timezone)
    return rejected


def _place(at: "_At", event: Event) -> segments.At:
    return segments.At(event.position, event.instant, at.record.timezone)


def _until(at: "_At", position: int) -> Callable[[Sequence[int]], list[tuple[Event, int]]]:
    return lambda atoms: history(at.storage, at.record, atoms, position) if atoms else []


def build_members(
    storage: Storage,
    record: WorkspaceRecord,
    db: Connection,
    kept: segments.Kept,
    place: log.Place,
    limit: int = BUILT_AT_ONCE,
) -> int:
    """Build the states of some people whom definitions that are being built await; how many, 0 when nobody is left."""
    force = _force(db, kept)
    if force is None or not force.building:
        return 0
    at = _At(storage, record, db)
    where = segments.At(place.position, place.instant, record.timezone)
    return segments.build_next(db, kept, _until(at, place.position), where, limit)


def _owned(
    known: identity.Known, told: orders.Working | None, records: related.Working | None, resolved: Resolved
) -> Resolved:
    """An event whose order or record has taken what it says; where it names nobody else, it is the owner's."""
    owner = orders.take(told, resolved, known.homes) if told is not None else 0
    if records is not None:
        owner = related.take(records, resolved) or owner
    return identity.adopt(known, resolved, owner) if owner else resolved


class _At(Struct, frozen=True):
    """Where a batch is folded."""

    storage: Storage
    record: WorkspaceRecord
    db: Connection
    behind: Behind = AT_ONCE


def _fold_profiles(
    at: _At,
    known: identity.Known,
    resolved: Sequence[Resolved],
    hand: Hand,
    kept: profiles.Kept | None = None,
) -> Applied:
    db, behind, decided = at.db, at.behind, (known.decisions, known.homes)
    told, records, left = hand.told, hand.records, hand.left
    arrived = _recognise(at.record, db, resolved)
    prices = _currencies(db, resolved)
    also = {known.homes[atom] for one in left for atom in one.atoms}
    working = profiles.load(db, resolved, kept=kept, also=also)
    behind.do(in_stage, "identity", identity.save, db, known)
    watched = _watch(at, hand, resolved, working, (arrived, known.homes))
    if watched is None:
        folded = [Folded(one.event, one.atom, profiles.fold(working, one)) for one in resolved]
    else:
        folded = [_watched(watched, working, one) for one in resolved]
    _part_and_erase(at, known, working, resolved)
    for each in left:
        _restate(working, known, each)
    behind.do(in_stage, "profiles", profiles.save, db, working)
    _remain(at, known, left)
    behind.do(in_stage, "acquisition", acquisition.save, db, arrived, *decided)
    behind.do(in_stage, "profiles", orders.save, db, told, *decided)
    behind.do(in_stage, "profiles", related.save, db, records, *decided)
    listed = product_lists.take(resolved, prices)
    behind.do(in_stage, "profiles", product_lists.save, db, listed, *decided)
    if watched is not None:
        segments.forget(watched, working.erased)
        behind.do(in_stage, "segments", segments.save, db, watched)
        _remake(at, hand, resolved, also, known)
        _retell(at, hand, resolved)
    _recognise_anew(at, hand, resolved)
    decisions = Counter(decision.kind for one in resolved for decision in one.decisions)
    rejected = working.rejected + arrived.rejected + listed.rejected
    rejected += (told.rejected if told else []) + (records.rejected if records else [])
    return Applied(folded, _one_each(rejected), known, working, decisions, told.changes if told else [])


def _currencies(db: Connection, resolved: Sequence[Resolved]) -> orders.Currencies:
    """Which currency held when for prices on lists that name none; asked where the batch speaks of lists."""
    if not any(product_lists.speaks_of_list(one.event) for one in resolved):
        return orders.Currencies()
    return orders.currencies(db, [one.event for one in resolved])


def _watch(
    at: _At,
    hand: Hand,
    resolved: Sequence[Resolved],
    working: profiles.Working,
    beside: tuple[acquisition.Working, Mapping[int, int]],
) -> segments.Working | None:
    """What segments remember of the people of a batch; None where nothing is followed."""
    if hand.force is None:
        return None
    asked = segments.Asked(hand.force.ready.reads.kinds, at.record.timezone)
    with stage("segments"):
        return segments.load(at.db, asked, hand.force, resolved, working, (hand.noted, *beside))


def _watched(watched: segments.Working, working: profiles.Working, one: Resolved) -> Folded:
    """An event that went through the profiles, and whose entries and exits were decided."""
    segments.begin(one, working)
    visit = profiles.fold(working, one)
    segments.tell(watched, one, working)
    return Folded(one.event, one.atom, visit)


def _remake(at: _At, hand: Hand, resolved: Sequence[Resolved], also: set[int], known: identity.Known) -> None:
    """Make from history what segments remember of people who were parted, or some of whose facts are gone."""
    for one in resolved:
        people = sorted(person for person in segments.parted(one) | also if person in known.persons)
        if people and hand.force is not None:
            at.behind.wait()
            found = _until(at, one.event.position - 1)
            segments.build(at.db, hand.force, people, found, _place(at, one.event), "cut")


def _retell(at: _At, hand: Hand, resolved: Sequence[Resolved]) -> None:
    """Tell segments how orders stand that another mapping of statuses has moved. Its fact stands alone in its batch."""
    if hand.told is None or hand.force is None or not hand.told.mapped_at:
        return
    at.behind.wait()
    segments.retell(at.db, hand.force, hand.told.remapped, _place(at, resolved[-1].event))


def _part_and_erase(
    at: _At, known: identity.Known, working: profiles.Working, resolved: Sequence[Resolved]
) -> None:
    """Carry out the cuts and erasures of a batch; each stands alone in its own."""
    for one in resolved:
        for decision in one.decisions:
            if decision.kind == "cut":
                _part(at.storage, at.record, working, known, decision, one.event.instant)
            elif decision.kind == "erase":
                at.behind.wait()
                privacy.erase(at.storage, at.record, at.db, one.event, known.erased[decision.profile])
        if one.event.type == privacy.RETENTION:
            at.behind.wait()
            privacy.begin_run(at.db, one.event)


def _remain(at: _At, known: identity.Known, left: Sequence[Remainder]) -> None:
    """Bring in step with what is left of people whatever stands beside their states."""
    if left:
        at.behind.wait()
    for each in left:
        _forget_said(at.db, each)
        profiles.set_borns(at.db, each.borns)
        _retell_arrivals(at, known.homes, each.atoms, each.facts, each.position - 1)


def _recognise(record: WorkspaceRecord, db: Connection, resolved: Sequence[Resolved]) -> acquisition.Working:
    """The marketing sources that events are recognised as."""
    with stage("acquisition"):
        arrived = acquisition.load(record, db)
        acquisition.take(arrived, resolved)
    return arrived


def _one_each(rejected: Sequence[Rejected]) -> list[Rejected]:
    """What several stages could not take of one event, together: it is kept once."""
    found: dict[int, Rejected] = {}
    for one in rejected:
        first = found.get(one.position)
        found[one.position] = structs.replace(first, detail=f"{first.detail}; {one.detail}") if first else one
    return list(found.values())


def _part(
    storage: Storage,
    record: WorkspaceRecord,
    working: profiles.Working,
    known: identity.Known,
    decision: Decision,
    instant: int,
) -> None:
    """Give both sides of a cut the states that their own facts make. The cut stands alone in its batch."""
    for side in (decision.profile, decision.other):
        atoms = sorted(known.persons[side].atoms)
        found = history(storage, record, atoms, decision.position - 1)
        facts = [Resolved(event, atom, side) for event, atom in found]
        born = facts[0].event.instant if facts else instant
        profiles.replace(working, side, profiles.refold(facts), atoms, born)


def _remainders(
    storage: Storage, record: WorkspaceRecord, db: Connection, known: identity.Known, events: Sequence[Event]
) -> list[Remainder]:
    """What is left of the people whom `remainder` facts name. Each stands alone in its batch, so that all before it is
    told; their identity keeps the days that the facts tell, and claims what the rest says.
    """
    left = [_remainder(storage, record, known, event) for event in events if event.type == identity.REMAINDER]
    stated = identity.rules_history(db) if left else []
    for each in left:
        identity.reclaim(known, each.atoms, [(one.event, one.atom) for one in each.facts], stated)
    return left


def _remainder(storage: Storage, record: WorkspaceRecord, known: identity.Known, event: Event) -> Remainder:
    homes = known.homes
    named = {homes[atom] for atom, _, _ in identity.told_days(event) if atom in homes}
    atoms = sorted(atom for profile in named for atom in known.persons[profile].atoms)
    found = history(storage, record, atoms, event.position - 1) if atoms else []
    borns = dict.fromkeys(named, event.instant) | privacy.told_borns(event)
    facts = [Resolved(one, atom, homes[atom]) for one, atom in found]
    return Remainder(event.position, atoms, facts, {profile: borns[profile] for profile in sorted(named)})


def _restate(working: profiles.Working, known: identity.Known, left: Remainder) -> None:
    """Give people the states that what is left of them makes."""
    facts: dict[int, list[Resolved]] = {known.homes[atom]: [] for atom in left.atoms}
    for one in left.facts:
        facts[one.profile].append(one)
    for profile, several in facts.items():
        profiles.restate(working, profile, profiles.refold(several), left.borns[profile])


def _forget_said(db: Connection, left: Remainder) -> None:
    """Forget consents whose facts are gone."""
    speaking = [one.event.position for one in left.facts if profiles.speaks_of_consent(one.event)]
    profiles.forget_statements(db, left.atoms, speaking)


def _retell_arrivals(
    at: _At, homes: Mapping[int, int], atoms: Sequence[int], facts: Sequence[Resolved], upto: int
) -> None:
    """Recognise facts, all that there are of these atoms up to a position, by the sources that hold for then."""
    if acquisition.is_used(at.db):
        acquisition.retell(at.db, atoms, stated_sources(at.storage, at.record, upto), facts, homes)


def stated_sources(storage: Storage, record: WorkspaceRecord, upto: int) -> list[Event]:
    """All facts about marketing sources and all recognitions up to a position. Raises `Retry` without the event store."""
    wanted, db = (acquisition.FACT, acquisition.RECOGNITION), storage.workspace(record)
    with db.read() as own:
        read = entry_reader(storage, record, own)
    found = log.of_types(db, storage.inbox, storage.history(record), wanted, upto)
    return [event for event in map(read, found) if event.type in wanted]


def _recognise_anew(at: _At, hand: Hand, resolved: Sequence[Resolved]) -> None:
    """Tell anew where people came from, whose atoms a fact names. It stands alone in its batch."""
    for one in resolved:
        named = acquisition.named_atoms(one.event)
        if not named:
            continue
        at.behind.wait()
        homes = identity.current_many(at.db, named)
        atoms, upto = sorted(homes), one.event.position - 1
        facts = [Resolved(event, atom, homes[atom]) for event, atom in _until(at, upto)(atoms)]
        _retell_arrivals(at, homes, atoms, facts, upto)
        if hand.force is not None:
            segments.retell(at.db, hand.force, set(homes.values()), _place(at, one.event))


def entry_reader(storage: Storage, record: WorkspaceRecord, db: Connection) -> Callable[[log.Entry], Event]:
    """A function that reads an entry of the log as the event it was."""
    chosen = options(storage, record, db)
    return lambda entry: read_entry(entry, chosen)


def read_entry(entry: log.Entry, chosen: collect.Options) -> Event:
    """The event of an entry: decoded again, with the marks it was given then."""
    one = collect.decode(entry.parcel, entry.position, entry.instant, chosen)[0]
    if isinstance(one, Rejected):
        message = f"Position {entry.position} was accepted and cannot be read any more: {one.detail}"
        raise Fatal(message)
    return one if one.marks == entry.marks else structs.replace(one, marks=entry.marks)


def history(
    storage: Storage, record: WorkspaceRecord, atoms: Sequence[int], upto: int
) -> list[tuple[Event, int]]:
    """(event, atom) of every fact of these atoms up to a position, in order. Raises `Retry` without the event store."""
    db = storage.workspace(record)
    with db.read() as own:
        read = entry_reader(storage, record, own)
    found = log.of_atoms(db, storage.inbox, storage.history(record), atoms, upto)
    return [(read(entry), entry.atom) for entry in found]


class Replayed(Struct, frozen=True):
    """One position of the log as a rebuild meets it: what was decided there, and the fact unless it was erased."""

    position: int
    decisions: tuple[Decision, ...]
    event: Event | None
    atom: int
    visit: int


def replayed(storage: Storage, record: WorkspaceRecord, upto: int) -> Iterator[Replayed]:
    """The whole log up to a position, in order, with the decisions of each event."""
    db, store = storage.workspace(record), storage.history(record)
    with db.read() as own:
        first = structs.replace(options(storage, record, own), kinds=identity.DEFAULT_RULES.kinds)
    facts = ((entry, entry.position) for entry in log.everything(db, storage.inbox, store, upto))
    yield from _joined(facts, identity.recorded(db, upto), first)


def _joined(
    facts: Iterator[tuple[log.Entry, int]], decisions: Iterator[Decision], chosen: collect.Options
) -> Iterator[Replayed]:
    """Both streams in order of positions; a `rules` fact changes how later entries are read, as it did then."""
    decision = next(decisions, None)
    for entry, position in facts:
        while decision is not None and decision.position < position:
            yield Replayed(decision.position, (decision,), None, 0, 0)
            decision = next(decisions, None)
        made: list[Decision] = []
        while decision is not None and decision.position == position:
            made.append(decision)
            decision = next(decisions, None)
        event = read_entry(entry, chosen)
        yield Replayed(position, tuple(made), event, entry.atom, entry.visit)
        if event.type == "rules":
            stated = identity.stated_rules(event)
            chosen = structs.replace(chosen, kinds=stated.kinds) if stated else chosen
    while decision is not None:
        yield Replayed(decision.position, (decision,), None, 0, 0)
        decision = next(decisions, None)


def refold(storage: Storage, record: WorkspaceRecord, db: Connection, part: Sequence[Replayed]) -> None:
    """Fold a part of the log into the state behind `db`: decisions as recorded, facts as they were stamped."""
    events = [one.event for one in part if one.event is not None]
    at, kept, noted = _At(storage, record, db), segments.Kept(), segments.Noted()
    dictionary.follow(db, events)
    _follow_segments(at, events, kept)
    force = _force(db, kept)
    buried = partial(privacy.buried_orders, storage, record)
    told = orders.load(db, events, orders.ranking(storage, record), buried)
    hidden = partial(privacy.buried_records, storage, record)
    records = related.load(db, events, orders.ranking(storage, record), hidden)
    known = identity.load_for_replay(db, part, orders.owners(told) + related.owners(records))
    resolved = []
    for one in part:
        folded = identity.fold(known, one.event, one.atom, one.decisions)
        if folded is None:
            resolved.append(_gone(one))
        else:
            resolved.append(folded)
            noted.before(folded.event, told, records)
            if told is not None:
                orders.take(told, folded, known.homes)
            if records is not None:
                related.take(records, folded)
            if force is not None:
                noted.after(folded, known, told, records)
    left = _remainders(storage, record, db, known, events)
    _fold_profiles(at, known, resolved, Hand(told, records, left, force, noted))


def _gone(one: Replayed) -> Resolved:
    """Decisions whose event is gone: they join people still, and it says nothing."""
    event = Event(
        position=one.position, instant=0, source=0, origin="system", type="gone", name="gone", message_id="", time=0,
        raw_time=0, received_at=0,
    )  # fmt: skip
    return Resolved(event, 0, 0, one.decisions)
