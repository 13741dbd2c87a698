"""Rule changes: organising work, as events. Simulated, inferred and agreed ones have this one type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from irrupt.arguments import Held
from irrupt.errors import Fault, InvariantError, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import Authority, Force, authors_of, seen_by, theirs_too
from irrupt.organisation.model import Organisation
from irrupt.units import shown

Channel = Literal["instrument", "relay", "schedule"]
Regulation = Literal["control", "autonomous", "joint"]
"""How a rule is produced: from above or outside, by those who do the work, or by both sides."""
Aim = Literal["fluctuation", "rigidity"]
"""What a claim says is wrong: the market fluctuates, or the organisation is rigid."""


ITS_AUTHORS = ""
"""Whose measure a claim is about that does not say it: its author's where he is a client, else that of all clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Held):
    """Who says what about which measure, and what the act is to do to it. A claim is never a finding."""

    author: str
    aim: Aim
    measure: str
    """Name of a measure, as in the ledgers."""
    party: str
    """Whose measure: a client, a team, `other clients`; `ITS_AUTHORS` where nobody says it."""
    expects: Literal["fall", "rise"]
    text: str = ""
    """The claim in its author's words."""
    given: bool = True
    """Whether somebody made it; or else it goes without saying, and is only what is looked at."""

    def __post_init__(self) -> None:
        said = (("aim", self.aim, get_args(Aim)), ("expects", self.expects, _EXPECTED))
        faults = [
            Fault(f"claim: {name}", shown(word), ", ".join(known)) for name, word, known in said if word not in known
        ]
        if faults:
            raise ModelError(faults)


_EXPECTED = ("fall", "rise")


Part = Literal[
    "clients",
    "steps",
    "routes",
    "client_routes",
    "skips",
    "checks",
    "patience",
    "returns",
    "hands",
    "teams",
    "people",
    "calendars",
    "programmes",
    "products",
    "capacity",
    "rules",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One entry of one part of an `Organisation`, before and after; None: not there."""

    part: Part | Literal["rulebook"]
    """`rulebook`: a rule that parties agreed on and that binds nothing in the model."""
    key: str
    before: Any
    after: Any
    relative: bool = False
    """Whether *after* is made of *before*, multiplied or added to: then what others set there acts on."""

    @property
    def whose_patience(self) -> set[str | None]:
        """Of one of *patience*: whose is another now; None: everybody's."""
        found = [rule for rule in (self.before, self.after) if rule is not None]
        first, last = found[0], found[-1]
        if first != last and replace(first, by_client=last.by_client) == last:
            both = (first.by_client, last.by_client)
            return {name for name in {*both[0], *both[1]} if both[0].get(name) != both[1].get(name)}
        return {rule.client for rule in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """An event in which somebody creates, amends or suspends a rule."""

    time: datetime
    author: str
    rule: str
    """The rule in words: "Caller 1904's cases pass first at Network"."""
    edits: tuple[Edit, ...]
    claim: Claim | None = None
    channel: Channel = "instrument"
    force: Force = "imposed"
    reason: str = ""
    answers: str = ""
    """The rule change or proposal that this one answers."""
    authority: Authority = "simulated"
    written: bool = True
    visible_to: tuple[str, ...] = ()
    """The parties who can see it; nobody named: everybody."""
    organising_hours: float = 0.0
    """Hours of organising work that it took each of its authors."""
    agreed_by: tuple[str, ...] = ()
    """Who else agreed to it, where that is known: then it has several authors."""
    learned: bool = False
    """Whether nobody changes a rule by it: people get used to one, a step of a learning curve, or the time for which
    one was set is over. It is in force like any other, and is no organising work."""

    @property
    def authors(self) -> tuple[str, ...]:
        """All who have a part in it: whose change it is, and who else agreed."""
        return authors_of(self)

    def seen_by(self, party: str) -> bool:
        """Whether *party* can see it: authors see what they wrote."""
        return seen_by(self, party)


def regulation(change: RuleChange, workers: Iterable[str]) -> Regulation:
    """How *change* was produced, where *workers* are the parties who do the work: teams and people.

    What workers set for themselves is autonomous regulation; what they agree on with others is joint; what others set
    is control, also where these negotiated it among themselves. A negotiated rule of which nobody says who agreed, or
    where no *workers* are known, is joint. Source: Reynaud 1988, Les régulations dans les organisations.

    >>> from datetime import UTC
    >>> shift = RuleChange(time=datetime(2024, 1, 1, tzinfo=UTC), author="Network", rule="we swap shifts", edits=())
    >>> regulation(shift, ["Network"]), regulation(shift, [])
    ('autonomous', 'control')
    >>> met = replace(shift, author="Hospital A", force="negotiated", agreed_by=("Management",))
    >>> regulation(met, ["Network"]), regulation(replace(met, agreed_by=("Network",)), ["Network"])
    ('control', 'joint')
    """
    among = set(workers)
    if change.force == "negotiated" and not (change.agreed_by and among):
        return "joint"
    if among.issuperset(change.authors):
        return "autonomous"
    return "joint" if theirs_too(change, among) else "control"


def amended(organisation: Organisation, changes: Iterable[RuleChange]) -> Organisation:
    """*organisation* with *changes* made, in order; what they change in rulebooks binds no organisation.

    Raises `InvariantError` when a change does not find the state that it says was there before.
    """
    for change in changes:
        parts: dict[str, dict[str, Any]] = {}
        for edit in change.edits:
            if edit.part == "rulebook":
                continue
            entries = parts.setdefault(edit.part, dict(getattr(organisation, edit.part)))
            if entries.get(edit.key) != edit.before:
                raise InvariantError(f"{change.rule}: {edit.part} {edit.key!r} is not what the change expects")
            if edit.after is None:
                entries.pop(edit.key, None)
            else:
                entries[edit.key] = edit.after
        organisation = replace(organisation, **parts)  # type: ignore[arg-type]
    return organisation


def difference(before: Organisation, after: Organisation) -> tuple[Edit, ...]:
    """The edits that make *after* of *before*: one per entry that differs, part by part, names sorted.

    Raises `ModelError` when something differs that no rule change can edit (name, time zone, origin, named
    distributions, where it was learned).
    """
    fixed = ("name", "timezone", "origin", "distributions", "learned")
    faults = [
        Fault(name, _("differs, and no rule change edits it"), _("the same in both organisations"))
        for name in fixed
        if getattr(before, name) != getattr(after, name)
    ]
    if faults:
        raise ModelError(faults)
    edits: list[Edit] = []
    for part in get_args(Part):
        old, new = getattr(before, part), getattr(after, part)
        edits.extend(
            Edit(part=part, key=key, before=old.get(key), after=new.get(key))
            for key in sorted({*old, *new})
            if old.get(key) != new.get(key)
        )
    return tuple(edits)
