"""What every act that comes with irrupt has in common: who does it, in whose name, how and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from numbers import Real
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args

from irrupt.arguments import Held, as_annotated
from irrupt.errors import Fault, ModelError, did_you_mean, near
from irrupt.groups import ALL_CLIENTS
from irrupt.groups import MANAGEMENT as MANAGEMENT
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import Force, others
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import Programme
from irrupt.organisation.rules import Aim, Channel, Claim, Edit, RuleChange
from irrupt.regulation.model import Act
from irrupt.units import DAY, WEEK, is_number, number_in, ratio_in, seconds_in, shown, weeks_in

Number = TypeVar("Number", int, float)
Ratio = Annotated[float, str]
"""A number, or its text: `10 %`. It is kept as a number."""
Names = Annotated[tuple[str, ...], str]
"""Several names, or one that stands alone."""

_TEAMS = ("team", "at", "holder", "learner")
"""Parameters of acts that name a team."""
_CHANNELS, _FORCES = get_args(Channel), get_args(Force)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Held):
    """Who changes a rule, in the name of what, how and why."""

    claim: Claim = field(default=None)  # type: ignore[assignment]
    """What the author says is wrong. Each act has a claim that goes without saying."""
    author: str = ""
    """Who changes the rule: the author of the claim, or else the client, when empty."""
    channel: Channel = "instrument"
    """How: instrument, relay or schedule."""
    force: Force = "imposed"
    """imposed, negotiated or carried up."""
    reason: str = ""
    """Why, in the author's words."""
    answers: str = ""
    """The act or proposal that this one answers."""
    written: bool = True
    """Whether the rule is written down. What people keep to themselves is not."""
    visible_to: Names = ()
    """The parties who can see it; nobody named: everybody."""
    organising_hours: float = 0.0
    """Hours of organising work that it takes each of its authors: counted in the history of rules. What takes hours out
    of somebody's week is an act of its own, `organising time`."""
    agreed_by: Names = ()
    """Who else agreed, where that is known: the rule then has several authors, and its force is `negotiated`, which
    files need not say."""

    def __post_init__(self) -> None:
        for name in ("visible_to", "agreed_by"):  # One alone needs no brackets.
            object.__setattr__(self, name, one_or_more(getattr(self, name)))
        faults = [
            Fault(name, shown(said), ", ".join(known), near(str(said), known))
            for name, said, known in (("channel", self.channel, _CHANNELS), ("force", self.force, _FORCES))
            if said not in known
        ]
        if not 0 <= self.organising_hours < float("inf"):
            faults.append(Fault("organising hours", f"{self.organising_hours:g}", _("hours, 0 or more")))
        if faults:
            raise ModelError(faults)


def one_or_more(names: str | Iterable[str]) -> tuple[str, ...]:
    """*names*, or the one that stands alone."""
    return (names,) if isinstance(names, str) else tuple(names)


Later = tuple[float, Act]
"""Weeks after an act, and what follows then of itself: the end of a phase, a step of a learning curve."""
UNSIGNED = Signature()
"""What goes without saying."""
_FIELDS = frozenset(one.name for one in fields(Signature))
_USUAL = ("channel", "force", "written", "visible_to")
"""What may be usual for a kind of act: a relay is carried up, a shortcut is not written down."""


class Signed(Protocol):
    """An act with a signature."""

    @property
    def name(self) -> str:
        """As written in scenario files."""

    @property
    def signed(self) -> Signature:
        """Its signature."""


class Claiming(Held):
    """An act that claims what its signature says."""

    __slots__ = ()
    signed: Signature

    @property
    def claim(self) -> Claim:
        """What its author says is wrong."""
        return self.signed.claim


class ForEverybody(Claiming):
    """An act that is about everybody's cases, not those of one client."""

    __slots__ = ()

    @property
    def client(self) -> None:
        """It is about everybody's cases."""


def usually(act: Signed, **usual: object) -> None:
    """Complete the signature of *act* by what is *usual* for its kind, where it says nothing else of all this.

    >>> from irrupt.regulation.acts import Relay
    >>> signed = Signature(reason="They cannot wait")
    >>> Relay(client="Users", team="Technicians", at="Planning", discretion=0.3, signed=signed).signed.force
    'carried up'
    """
    if all(getattr(act.signed, name) == getattr(UNSIGNED, name) for name in usual):
        object.__setattr__(act, "signed", replace(act.signed, **usual))  # type: ignore[arg-type]


def usual_for(act: object) -> dict[str, Any]:
    """What is usual for an *act* of which nothing else is said; nothing for acts without signatures."""
    signed = getattr(act, "signed", None)
    return {} if signed is None else {name: getattr(signed, name) for name in _USUAL}


def unsigned(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those of *parameters*, as in files or in Python, that do not belong to a signature."""
    return {name: value for name, value in parameters.items() if name.replace(" ", "_") not in _FIELDS}


def as_said(act: object, said: Mapping[str, Any]) -> Signature:
    """The signature with what is *said*; what is not is as usual for *act*, which has no signature of its own."""
    own = {name: value for name, value in said.items() if name in _FIELDS}
    agreed = {"force": "negotiated"} if own.get("agreed_by") else {}
    return Signature(**{**usual_for(act), **agreed, **own})


def sign(
    act: Signed, author: str | None, aim: Aim, measure: str, party: str, expects: Literal["fall", "rise"] = "fall"
) -> None:
    """Complete the signature of *act* as it is made: its author where it names none, and the claim that goes without
    saying where it makes none."""
    given = act.signed
    who = given.author or (given.claim.author if given.claim is not None else author or ALL_CLIENTS)
    client = getattr(act, "client", None)
    if client is not None and not given.author and who in given.agreed_by:
        who = client  # Whoever usually sets such a rule has agreed to it: it is his whose cases it is about.
    claim = given.claim
    if claim is None:
        claim = Claim(author=who, aim=aim, measure=measure, party=party, expects=expects, given=False)
    agreed = others(who, given.agreed_by)
    if agreed and given.force == "imposed":
        remedy = _("force: negotiated")
        raise refused(act, "agreed by", _("what is imposed is not agreed"), remedy=remedy)
    object.__setattr__(act, "signed", replace(given, author=who, claim=claim, agreed_by=agreed))


@as_annotated
def change(act: Signed, moment: datetime, rule: str, *edits: Edit) -> RuleChange:
    """The rule change that *act* makes at *moment*: *rule*, a sentence, and its edits. A moment without a zone is on
    the organisation's clock. Raises `UsageError` for what is no moment."""
    signed = act.signed
    return RuleChange(
        time=moment,
        author=signed.author,
        rule=_begun(rule, act),
        edits=edits,
        claim=signed.claim,
        channel=signed.channel,
        force=signed.force,
        reason=signed.reason,
        answers=signed.answers,
        written=signed.written,
        visible_to=signed.visible_to,
        organising_hours=signed.organising_hours,
        agreed_by=signed.agreed_by,
    )


def _begun(rule: str, act: Signed) -> str:
    """*rule* with a capital, as sentences begin, in any language; but a name that stands first is written as it is."""
    said = [getattr(act, one.name) for one in fields(act)]  # type: ignore[arg-type]
    names = [name for one in said for name in (one if isinstance(one, tuple) else (one,)) if isinstance(name, str)]
    if any(name and rule.startswith(name) for name in names):
        return rule
    return rule[:1].upper() + rule[1:]


def refused(act: Signed, parameter: str, found: str, expected: str = "", remedy: str = "") -> ModelError:
    """What to raise when *parameter* of *act* makes no sense; an empty *parameter* is the act as a whole."""
    return ModelError(Fault(f"{act.name}: {parameter}" if parameter else act.name, found, expected, remedy))


@contextmanager
def reading(act: Signed, parameter: str) -> Iterator[None]:
    """Refuse as *parameter* of *act* what cannot be read: a `ValueError` says why."""
    try:
        yield
    except ValueError as problem:
        raise refused(act, parameter, str(problem)) from None


def both_or_none(act: Signed, after: str | None, then: str | None) -> None:
    """Raise `ModelError` when only one of *after* and *then* is said."""
    if (after is None) != (then is None):
        raise refused(act, "after", _('"after" and "then" go together'), _("both, or none"))


def known(act: Act | Signed, *named: tuple[str, str | None, Iterable[str]], rules: Organisation | None = None) -> None:
    """Raise `ModelError` with every name that is not known. *named*: parameter, name (None: not given), known names.
    Of what is no team, *rules* tell which team does it or has it."""
    faults = []
    for parameter, name, names in named:
        among = set(names)
        if name is not None and name not in among:
            found = _unknown(parameter).format(name=name)
            meant = _team_meant(name, rules) if rules is not None and parameter in _TEAMS else ""
            if parameter == "client" and among <= {ALL_CLIENTS}:
                meant = _(
                    "no client is known at all: name the column of clients when the log is read (--client COLUMN)"
                )
            faults.append(Fault(f"{act.name}: {parameter}", found, remedy=meant or did_you_mean(name, among)))
    if faults:
        raise ModelError(faults)


def _team_meant(name: str, rules: Organisation) -> str:
    """What to write instead of *name*, which is no team: who does the activity, or the teams of the person, of this
    name; empty where it is neither."""
    if not rules.teams:
        return _("no team is known at all: name who worked when the log is read (--map resource=COLUMN)")
    same = name.casefold()
    does = {step.team for step in rules.steps.values() if step.team and step.activity.casefold() == same}
    if does:
        return _("it is an activity, done by {teams}").format(teams=first_of(sorted(does), 12))
    has = {team for person, one in rules.people.items() if person.casefold() == same for team in one.teams}
    return _("it is a person, who works in {teams}").format(teams=first_of(sorted(has), 12)) if has else ""


def _unknown(parameter: str) -> str:
    if parameter == "client":
        return _('no client "{name}"')
    if parameter in _TEAMS:
        return _('no team "{name}"')
    if parameter in ("of", "becomes"):
        return _('no class "{name}"')
    return _('nobody is called "{name}"') if parameter == "person" else _('no activity "{name}"')


def in_numbers(act: Signed, *parameters: str) -> None:
    """Make numbers of those *parameters* of *act* that are told in texts, such as `10 %`, as files tell them. Raises
    `ModelError` for what is no number."""
    for parameter in parameters:
        value = getattr(act, parameter)
        if value is not None and not isinstance(value, Real):
            try:
                object.__setattr__(act, parameter, ratio_in(value))
            except ValueError as problem:
                raise refused(act, parameter, str(problem)) from None


def share_in(act: Signed, parameter: str) -> None:
    """Raise `ModelError` when a *parameter* of *act* is no share. Whoever writes 10 most likely means 10 %."""
    in_numbers(act, parameter)
    value = getattr(act, parameter)
    if not 0 <= value <= 1:
        meant = _("write {n} % where that is meant").format(n=f"{value:g}") if 2 <= value <= 100 else ""
        raise refused(act, parameter, f"{value:g}", _("a share from 0 to 1"), meant)


def seconds(act: Signed, parameter: str, value: float | str) -> float:
    """Seconds in *value*, a number or a text such as `12 min`. Raises `ModelError` when it is no time at all."""
    return counted(act, parameter, value, _seconds_in, _("a time, 0 or more"))


def _seconds_in(value: float | str) -> float:
    return seconds_in(value) if isinstance(value, str) else float(value)


def counted(
    act: Signed, parameter: str, value: Any, read: Callable[[Any], Number], expected: str | None = None
) -> Number:
    """*value* as *read* makes a number of it. Raises `ModelError`, with what was *expected*, when it makes none, or one
    below 0."""
    try:
        found = read(value)
    except (TypeError, ValueError) as problem:
        raise refused(act, parameter, str(problem)) from None
    if not 0 <= found < float("inf"):
        raise refused(act, parameter, f"{found:g}", expected or _("0 or more"))
    return found


def weeks_of(act: Signed, parameter: str, value: float | str | None) -> float | None:
    """Weeks in *value*, a number of weeks or a text such as `8 weeks`. Raises `ModelError` when it is no time."""
    if value is None:
        return None
    try:
        weeks = weeks_in(value)
    except (TypeError, ValueError) as problem:
        raise refused(act, parameter, str(problem)) from None
    if not 0 < weeks < float("inf"):
        raise refused(act, parameter, f"{weeks:g}", _("a time above 0"))
    return weeks


Periods = int | float | str
"""A number of periods of a schedule, or a text that tells a time, such as `2 weeks`."""


def number_of_periods(act: Signed, parameter: str, value: Periods, least: float) -> Periods:
    """*value* as it is kept: the text of a number becomes one. Raises `ModelError` when it is no time either, or less
    than *least*."""
    found: Periods = value
    try:
        if is_number(value):
            plain = number_in(value)
            found = int(plain) if plain.is_integer() else plain
        else:
            seconds_in(value)
    except ValueError:
        wanted = _('a number of periods, or a time such as "2 weeks"')
        raise refused(act, parameter, shown(value), wanted) from None
    if not isinstance(found, str) and not least <= found < float("inf"):
        raise refused(act, parameter, f"{found:g}", _("{least:g} or more").format(least=least))
    return found


def in_periods(act: Signed, parameter: str, value: Periods, programmes: Iterable[Programme]) -> float:
    """*value* in periods of *programmes*: a week is one of theirs, or five working days.

    Raises `ModelError` where they differ in their periods.
    """
    if not isinstance(value, str):
        return value
    kinds = sorted({one.period for one in programmes})
    if len(kinds) != 1:
        raise refused(act, parameter, value, _("a number of periods: those of these programmes differ"))
    weeks, rest = divmod(seconds_in(value), WEEK)
    return weeks + rest / WEEK if kinds[0] == "week" else 5 * weeks + rest / DAY


def whole_periods(act: Signed, parameter: str, value: Periods, programmes: Iterable[Programme]) -> int:
    """The same where only whole periods make sense. Raises `ModelError` for others."""
    found = in_periods(act, parameter, value, programmes)
    if not float(found).is_integer():
        raise refused(act, parameter, _("{value} is {n:g} periods").format(value=value, n=found), _("whole periods"))
    return int(found)
