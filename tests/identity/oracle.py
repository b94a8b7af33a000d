"""Identity told naively: one list of atoms, one list of joins, everything looked for by walking through them.

It shares no code with the product but the kinds and the comparison of names. People are not stored: a
person is whatever the joins connect. Slow and plain on purpose.
"""

from types import SimpleNamespace as Thing

from konnektu.core.identifiers import PREVIOUS_ID, normal
from konnektu.core.ids import internal_id
from konnektu.core.names import birth_dates_conflict, compatible_first_names, compatible_patronymics
from konnektu.core.text import fold, within_one_edit

FITS = {
    "first_name": compatible_first_names,
    "patronymic": lambda a, b: compatible_patronymics(a, b) or within_one_edit(fold(a), fold(b)),
    "birth_date": lambda a, b: not birth_dates_conflict(a, b),
}


class Oracle:
    def __init__(self, rules):
        self.kinds = {kind.name: kind for kind in rules.kinds if kind.level != "household"}
        self.rules = rules
        self.atoms: list[Thing] = []
        self.joins: list[Thing] = []
        self.never: list[set[int]] = []
        self.refused: list[tuple[int, int, str, str]] = []
        self.requests: dict[tuple[int, int], bool] = {}

    # what the state says

    def atom(self, number):
        return next((atom for atom in self.atoms if atom.id == number), None)

    def person(self, number):
        """All atoms connected with this one."""
        found = {number}
        while True:
            more = {end for join in self.joins if found & set(join.ends) for end in join.ends} - found
            if not more:
                return [atom for atom in self.atoms if atom.id in found]
            found |= more

    def same(self, one, other):
        return any(atom.id == other for atom in self.person(one))

    def carriers(self, value):
        return [atom for atom in self.atoms if (atom.kind, atom.value) == value]

    def active(self, value):
        return [atom for atom in self.carriers(value) if atom.status == "active"]

    def is_known(self, people):
        return any(self.kinds[atom.kind].level == "person" for atom in people)

    def partition(self):
        """{profile: its atoms}."""
        people: dict[int, set[int]] = {}
        for atom in self.atoms:
            people.setdefault(atom.profile, set()).add(atom.id)
        return people

    # the questions

    def veto(self, ours, theirs):
        for name in self.rules.vetoes:
            left = [text for what, text in ours if what == name]
            right = [text for what, text in theirs if what == name]
            if left and right and not any(FITS[name](a, b) for a in left for b in right):
                return name
        return None

    def said_by(self, people):
        return [claim for atom in people for claim in atom.said]

    def count(self, people, kind, day):
        return {
            atom.value
            for atom in people
            if atom.kind == kind.name
            and atom.status == "active"
            and (kind.unique or not kind.window_days or atom.first > day - kind.window_days)
        }

    def limit(self, kind):
        return 1 if kind.unique else kind.limit

    def is_full(self, people, kind):
        limit = self.limit(kind)
        return not self.is_alias and limit and len(self.count(people, kind, self.day)) >= limit

    def cannot_be(self, atom, kind, fresh):
        """Whether the event's own words forbid that this atom says who it is."""
        people = self.person(atom.id)
        if not kind.unique and self.veto(self.said, self.said_by(people)):
            return True
        held = {(each.kind, each.value) for each in people}
        gained = [self.kinds[value[0]] for value in fresh if value not in held]
        gained = [other for other in gained if other.level == "person"]
        if any(other.rank < kind.rank and self.is_full(people, other) for other in gained):
            return True
        active_kinds = {each.kind for each in people if each.status == "active"}
        return kind.level == "device" and any(other.name in active_kinds for other in gained)

    def clash(self, atom, kind):  # noqa: PLR0911 (one reason a line)
        """Why this atom's person and the person found must stay two, or None."""
        theirs = self.person(atom.id)
        if not self.me:
            return self.veto(self.said, self.said_by(theirs))
        ours = self.person(self.me)
        if any(
            one.id in pair and other.id in pair for pair in self.never for one in ours for other in theirs
        ):
            return "never"
        if kind.level == "device" and self.is_known(ours) and self.is_known(theirs):
            return "known_other"
        broken = [each for each in self.rules.kinds if self.breaks(each, ours, theirs)]
        if any(each.unique for each in broken):
            return "unique"
        vetoed = self.veto(self.said, self.said_by(theirs)) or self.veto(
            self.said_by(ours), self.said_by(theirs)
        )
        if vetoed:
            return vetoed
        if broken:
            return "limit"
        return "size" if len(ours) + len(theirs) > self.rules.largest_merge else None

    def breaks(self, kind, ours, theirs):
        left, right = self.count(ours, kind, self.day), self.count(theirs, kind, self.day)
        if self.is_alias or not self.limit(kind) or not left - right or not right - left:
            return False
        return len(left | right) > self.limit(kind)

    # one event

    def tell(self, event):
        """(stamp, profile, decisions) of the event; decisions as (kind, atom, profile, other, other_atom, reason)."""
        self.event, self.day = event, event.time // 86_400_000
        self.taken: list[tuple[str, int, int, int, int, str]] = []
        self.me = self.anchor = self.fresh_atoms = 0
        self.is_alias = event.type == "alias"
        self.said = [(name, event.traits[name]) for name in self.rules.vetoes if event.traits.get(name)]
        special = getattr(self, f"fact_{event.type}", None)
        if special:
            special(event.properties)
            return 0, 0, self.taken
        values = self.values_of(event)
        named = (
            self.atom(internal_id(event.properties["profile"]))
            if event.origin != "wire" and "profile" in event.properties
            else None
        )
        if named:
            self.me = self.anchor = named.id
        stamp = self.decide(values) or self.anchor * bool(named)
        self.remember(event, stamp)
        return stamp, self.atom(stamp).profile if stamp else 0, self.taken

    def values_of(self, event):
        values = []
        for kind, text in event.identifiers:
            value = kind, text
            if kind == PREVIOUS_ID:
                value = ("user_id" if self.carriers(("user_id", text)) else "anonymous_id"), text
            is_shared = any(atom.status == "shared" for atom in self.carriers(value))
            if value[0] in self.kinds and not is_shared and value not in values:
                values.append(value)
        return sorted(values, key=lambda value: (self.kinds[value[0]].rank, value))

    def decide(self, values):
        fresh = [value for value in values if not self.active(value)]
        if not self.me:
            self.find(values, fresh)
        for value in values:
            self.attach(value, self.kinds[value[0]])
        for value in values if self.me else ():
            own = self.own(value)
            if own and own.status != "shared":
                return own.id
        return 0

    def find(self, values, fresh):
        doubtful = None
        for value in values:
            firsts = self.one_each(self.active(value))
            able = [atom for atom in firsts if not self.cannot_be(atom, self.kinds[value[0]], fresh)]
            if len(able) == 1:
                self.me = self.anchor = able[0].id
                return
            if able and not doubtful:
                doubtful = able[0]
        if doubtful and not any(self.kinds[value[0]].level == "person" for value in fresh):
            self.me = self.anchor = doubtful.id

    def one_each(self, atoms):
        """The oldest atom of each person among these."""
        chosen: list[Thing] = []
        for atom in sorted(atoms, key=lambda each: each.id):
            if not any(self.same(atom.id, other.id) for other in chosen):
                chosen.append(atom)
        return chosen

    def own(self, value):
        mine = [atom for atom in self.carriers(value) if self.me and self.same(self.me, atom.id)]
        return min(mine, key=lambda atom: (atom.status != "active", atom.id)) if mine else None

    def attach(self, value, kind):  # noqa: C901 (the whole rule in one place)
        if any(atom.status == "shared" for atom in self.carriers(value)):
            return
        others = self.one_each(self.active(value))
        own = self.own(value)
        if own:
            if kind.level == "device" and own.status == "switched":
                for other in others:
                    self.switch(own, other, "known_other")
            return
        if not others:
            self.carry(value, kind)
            return
        reasons = [self.clash(atom, kind) for atom in others]
        if self.me and reasons.count(None) == 1:
            self.merge(others[reasons.index(None)])
            return
        dropping = [n for n, reason in enumerate(reasons) if reason in {"limit", "size"}]
        if dropping and None not in reasons:
            self.refuse_once(value, others[dropping[0]], reasons[dropping[0]])
            return
        own = self.carry(value, kind)
        if not own:
            return
        for other, reason in zip(others, reasons, strict=True):
            if kind.level == "device":
                self.switch(own, other, reason or "shared")
            elif reason not in {None, "never"} and kind.life_days and self.day - other.last > kind.life_days:
                self.switch(own, other, "stale")
            else:
                self.refuse(value, other, reason or "shared")

    def carry(self, value, kind):
        """A fresh atom of the value for the person found (or made), or None."""
        if self.me:
            people = self.person(self.me)
            if len(people) >= self.rules.most_atoms:
                self.refuse_once(value, None, "size")
                return None
            if self.is_full(people, kind):
                self.refuse_once(value, None, "unique" if kind.unique else "limit")
                return None
        beside = self.one_each([atom for atom in self.carriers(value) if atom.status != "stale"])
        if kind.max_people and len(beside) >= kind.max_people:
            carriers = self.carriers(value)
            self.take("share", carriers[0].id, carriers[0].profile)
            for atom in carriers:
                atom.status = "shared"
            return None
        number = self.event.position * 32 + self.fresh_atoms
        self.fresh_atoms += 1
        atom = Thing(
            id=number, kind=value[0], value=value[1], status="active", first=self.day, last=self.day, said=[]
        )
        self.atoms.append(atom)
        if self.me:
            atom.profile = self.atom(self.me).profile
            self.joins.append(Thing(decision=self.next(), ends=(number, self.anchor), loser=0))
            self.take("link", number, atom.profile, 0, self.anchor)
        else:
            atom.profile = number
            self.take("made", number, number)
            self.me = self.anchor = number
        return atom

    def merge(self, other, reason="", mine=None):
        ends = {self.atom(mine or self.anchor).profile: mine or self.anchor, other.profile: other.id}

        def strength(profile):
            people = [atom for atom in self.atoms if atom.profile == profile]
            return not self.is_known(people), min(self.kinds[atom.kind].rank for atom in people), profile

        winner, loser = sorted(ends, key=strength)
        self.joins.append(Thing(decision=self.next(), ends=(ends[winner], ends[loser]), loser=loser))
        self.take("merge", ends[winner], winner, loser, ends[loser], reason)
        for atom in self.atoms:
            if atom.profile == loser:
                atom.profile = winner

    def switch(self, own, other, reason):
        self.take("switch", own.id, own.profile, other.profile, other.id, reason)
        other.status = "stale" if reason == "stale" else "switched"
        own.status = "active"

    def refuse(self, value, other, reason):
        self.refused.append((self.anchor, other.id if other else 0, value[0], reason))
        mine = self.atom(self.anchor).profile
        self.take(
            "refuse", self.anchor, mine, other.profile if other else 0, other.id if other else 0, reason
        )

    def refuse_once(self, value, other, reason):
        mine = {atom.id for atom in self.person(self.me)}
        what = (other.id if other else 0, value[0], reason)
        if not any(before[0] in mine and before[1:] == what for before in self.refused):
            self.refuse(value, other, reason)

    def next(self):
        return self.event.position, len(self.taken)

    def take(self, kind, atom=0, profile=0, other=0, other_atom=0, reason=""):
        self.taken.append((kind, atom, profile, other, other_atom, reason))

    def remember(self, event, stamp):
        self.me = stamp
        for value in self.values_of(event) if stamp else ():
            if atom := self.own(value):
                atom.first, atom.last = min(atom.first, self.day), max(atom.last, self.day)
        for claim in self.said if stamp else ():
            said = self.atom(stamp).said
            if claim not in said and sum(name == claim[0] for name, _ in said) < 4:
                said.append(claim)

    # facts of identity

    def named(self, reference):
        if "profile" in reference:
            return self.atom(internal_id(reference["profile"]))
        kind = self.kinds[reference["kind"]]
        found = self.active((kind.name, normal(kind, reference["value"])))
        return min(found, key=lambda atom: atom.id, default=None)

    def people_named(self, properties):
        found = [self.named(reference) for reference in properties["people"]]
        if None in found:
            self.take("refuse", reason="not_found")
            return []
        return found

    def pairs(self, properties):
        found = self.people_named(properties)
        return [(one, other) for n, one in enumerate(found) for other in found[n + 1 :]]

    def is_forbidden(self, one, other):
        ours, theirs = ({atom.id for atom in self.person(end.id)} for end in (one, other))
        return any(pair & ours and pair & theirs for pair in self.never)

    def fact_merge(self, properties):
        found = self.people_named(properties)
        for other in found[1:]:
            one = found[0]
            if one.profile == other.profile:
                continue
            if self.is_forbidden(one, other):
                pair = sorted((one, other), key=lambda each: self.strength_of(each.profile))
                self.take("refuse", pair[0].id, pair[0].profile, pair[1].profile, pair[1].id, "never")
            else:
                self.merge(other, "asked", one.id)

    def strength_of(self, profile):
        people = [atom for atom in self.atoms if atom.profile == profile]
        return not self.is_known(people), min(self.kinds[atom.kind].rank for atom in people), profile

    def fact_never(self, properties):
        for one, other in self.pairs(properties):
            if one.profile == other.profile:
                self.take("refuse", one.id, one.profile, other.profile, other.id, "one_person")
            else:
                self.never.append({one.id, other.id})
                self.take("never", one.id, one.profile, other.profile, other.id)

    def fact_allow(self, properties):
        for one, other in self.pairs(properties):
            if one.profile != other.profile and self.is_forbidden(one, other):
                ours, theirs = ({atom.id for atom in self.person(end.id)} for end in (one, other))
                self.never = [pair for pair in self.never if not (pair & ours and pair & theirs)]
                self.take("allow", one.id, one.profile, other.profile, other.id)

    def join_named(self, properties):
        if "position" in properties:
            properties = {"decision": [properties["position"], properties["ordinal"]]}
        if "decision" in properties:
            return next(
                (join for join in self.joins if list(join.decision) == list(properties["decision"])), None
            )
        one, other = (self.named(reference) for reference in properties["between"])
        if one is None or other is None or one.id == other.id:
            return None
        for join in sorted(self.joins, key=lambda each: each.decision, reverse=True):
            if (
                self.same(one.id, other.id)
                and self.same(one.id, join.ends[0])
                and self.is_bridge(join, one, other)
            ):
                return join
        return None

    def is_bridge(self, join, one, other):
        self.joins.remove(join)
        apart = not self.same(one.id, other.id)
        self.joins.append(join)
        return apart

    def fact_cut(self, properties):
        join = self.join_named(properties)
        if join is None:
            self.take("refuse", reason="not_found")
        elif join.decision not in self.requests:
            self.requests[join.decision] = properties["allow"]
            self.take("cut_requested", join.ends[0], self.atom(join.ends[0]).profile, 0, join.ends[1])

    def fact_cut_ready(self, properties):
        join = self.join_named(properties)
        if join is None or join.decision not in self.requests:
            self.take("refuse", reason="not_found")
            return
        whole = self.atom(join.ends[0]).profile
        self.joins.remove(join)
        sides = [self.person(end) for end in join.ends]
        leaving = next(side for side in sides if all(atom.id != whole for atom in side))
        ids = [atom.id for atom in leaving]
        name = join.loser if join.loser in ids else min(ids)
        for atom in leaving:
            atom.profile = name
        end, stays = join.ends if join.ends[0] in ids else join.ends[::-1]
        self.take("cut", end, name, whole, stays)
        if not self.requests.pop(join.decision):
            self.never.append(set(join.ends))
            self.take("never", end, name, whole, stays)

    def fact_erase(self, properties):
        named = self.atom(internal_id(properties["profile"]))
        if named is None:
            self.take("refuse", reason="not_found")
            return
        gone = {atom.id for atom in self.person(named.id)}
        self.take("erase", 0, named.profile)
        self.atoms = [atom for atom in self.atoms if atom.id not in gone]
        for join in [join for join in self.joins if set(join.ends) & gone]:
            self.joins.remove(join)
            self.requests.pop(join.decision, None)
        self.refused = [each for each in self.refused if each[0] not in gone]
