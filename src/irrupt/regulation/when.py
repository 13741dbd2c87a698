"""An act that waits for its moment: until a condition on measures is met, until people have adopted it, or both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from irrupt.arguments import Held
from irrupt.errors import Fault, ModelError
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, all_teams
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import distribution_data
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import ITS_AUTHORS, Claim, RuleChange
from irrupt.regulation.acts.signature import Signature
from irrupt.regulation.conditions import Condition, parse, weeks_text
from irrupt.regulation.model import Act
from irrupt.regulation.said import condition_said, in_periods, parameter_said, weeks_said

MOST_AGAIN = 9
"""How many times more an act is done, at most."""


def lacking(condition: Condition | str | None, again: int, pause: float) -> list[tuple[str, str]]:
    """What of a moment makes no sense alone, and why."""
    if again and condition is None:
        return [("again", _('nothing is said of when: "when" is missing'))]
    if pause and not again:
        return [("pause", _('it is done once: "again" is missing'))]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept(Held):
    """An act within another: whose cases it is about, and what is claimed, are what the act itself says."""

    act: Act
    """What is done."""

    @property
    def client(self) -> str | None:
        """The client whose cases the act is about."""
        return self.act.client

    @property
    def claim(self) -> Claim:
        """The claim of the act."""
        return self.act.claim


@dataclass(frozen=True, slots=True, kw_only=True)
class When(_Kept):
    """An act that is done at the first review at which a condition is met, or some weeks later: once, or again each
    time that the condition is met anew. There is a review every week, unless it is said otherwise.

    The condition is about the measures of the run itself, over the weeks before the review. What it does not say is
    about the act's client, or its team where the measure is one of teams. It is met anew when it has not held at some
    review since the act was done.

    >>> from irrupt.regulation import Bypass
    >>> act = When(act=Bypass(client="Hospital A", skips="Triage"), condition="cycle time > 16 h over 4 weeks")
    >>> act.client, str(act.condition)
    ('Hospital A', 'cycle time > 16 h over 4 weeks')
    """

    name: ClassVar[str] = "when"

    condition: Condition | str | None = None
    """When, such as `cycle time > 16 h over 4 weeks`; None: when acts begin."""
    lag: float = 0.0
    """Weeks that it takes to be adopted: it is done so much later, at the next review."""
    again: int = 0
    """How many times more it is done at most, on the rules that are in force by then."""
    pause: float = 0.0
    """Weeks that pass at least from when it was done until its condition counts again."""
    nth: int = 1
    """Which time this is; see `each_time`."""
    follows: Act | None = field(default=None, compare=False)
    """From which act it follows of itself; see `followers`."""

    def __post_init__(self) -> None:
        if isinstance(self.act, _Kept):
            found = _('"{act}" waits for something itself').format(act=title(self.act))
            raise ModelError(Fault("when", found, _("one condition, with and or or")))
        for name, weeks in (("lag", self.lag), ("pause", self.pause)):
            if not 0 <= weeks < float("inf"):
                raise ModelError(Fault(name, f"{weeks:g}", _("a time, 0 or more")))
        if self.again not in range(MOST_AGAIN + 1):
            raise ModelError(Fault("again", str(self.again), _("{n} times at most").format(n=MOST_AGAIN)))
        if wrong := lacking(self.condition, self.again, self.pause):
            raise ModelError(Fault(*wrong[0]))
        if isinstance(self.condition, str):
            try:
                object.__setattr__(self, "condition", parse(self.condition))
            except ValueError as problem:
                raise ModelError(Fault("when", str(problem))) from None

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """The rule changes of the act, with the condition among their reasons."""
        return tuple(
            replace(change, reason="; ".join(filter(None, (self._reason(), change.reason))))
            for change in self.act.changes(rules, moment)
        )

    @property
    def moment(self) -> str:
        """What it waits for, as files say it."""
        parts = (
            f"when {self.condition}" if self.condition is not None else "",
            f"lag {weeks_text(self.lag)}" if self.lag else "",
            f"again {self.again}" if self.again else "",
            f"pause {weeks_text(self.pause)}" if self.pause else "",
        )
        return ", ".join(filter(None, parts))

    @property
    def moment_said(self) -> str:
        """What it waits for, in the user's language."""
        parts = (
            _("when {condition}").format(condition=self._condition_said()) if self.condition is not None else "",
            _("lag {time}").format(time=weeks_said(self.lag)) if self.lag else "",
            _("again {n}").format(n=self.again) if self.again else "",
            _("pause {time}").format(time=weeks_said(self.pause)) if self.pause else "",
        )
        return ", ".join(filter(None, parts))

    def _condition_said(self) -> str:
        assert isinstance(self.condition, Condition)
        return condition_said(self.condition, self.act)

    def _reason(self) -> str:
        told = _("as soon as {condition}").format(condition=self._condition_said()) if self.condition else ""
        lag = _("adopted after {time}").format(time=weeks_said(self.lag)) if self.lag else ""
        return "; ".join(filter(None, (told, lag)))


@dataclass(frozen=True, slots=True, kw_only=True)
class IfRefused(_Kept):
    """An act that its author keeps for the case that another of his was refused; when parties have answered, it is the
    act itself, or nothing.

    >>> from irrupt.regulation import Bypass
    >>> act = IfRefused(act=Bypass(client="Hospital A", skips="Triage"), of="priority")
    >>> title(act)
    'bypass: Hospital A if priority is refused'
    """

    name: ClassVar[str] = "if refused"

    of: str
    """The name of the act that was refused."""

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """The rule changes of the act."""
        return self.act.changes(rules, moment)


def followers(act: Act, rules: Organisation) -> tuple[When, ...]:
    """What follows of itself after *act*, done to *rules*: steps of a learning curve, the end of a phase.

    Acts that have such a thing have a method `later(rules)` that gives weeks and acts. What follows an act that waits
    for its moment waits for the same moment, and so much longer; so does what follows of what follows: a client learns
    to have something certified, and those who record it learn that.
    """
    leader = act if isinstance(act, When) else When(act=act)
    later: Callable[[Organisation], Iterable[tuple[float, Act]]] = getattr(leader.act, "later", lambda _rules: ())
    firsts = (replace(leader, act=then, lag=weeks + leader.lag, follows=leader.act) for weeks, then in later(rules))
    return tuple(one for first in firsts for one in (first, *followers(first, rules)))


def named(act: Act, rules: Organisation) -> Act:
    """*act*, with what it puts in called as it would be under *rules*: so it is called the same whenever it begins,
    whatever else is there by then.

    Acts that give names to what they put in have a method `named(rules)` that gives the act with its names settled.

    >>> from irrupt.engine.examples import queue
    >>> from irrupt.organisation import amended
    >>> from irrupt.regulation import ImposedCheck
    >>> rules, (his, every) = queue(), (ImposedCheck(client=client, after="Serve") for client in ("A", None))
    >>> known = named(his, rules)
    >>> checked = amended(rules, every.changes(rules, rules.origin))
    >>> [act.changes(checked, rules.origin)[0].edits[0].after.step.activity for act in (his, known)]
    ['Check for A', 'Check']
    """
    if isinstance(act, _Kept):
        return replace(act, act=named(act.act, rules))
    settle = getattr(act, "named", None)
    return settle(rules) if callable(settle) else act


def each_time(act: Act) -> tuple[Act, ...]:
    """*act*, once for each time that it may be done.

    >>> from irrupt.regulation import Price
    >>> act = When(act=Price(client="A", change=0.05), condition="cycle time > 16 h over 4 weeks", again=2)
    >>> [one.nth for one in each_time(act)]
    [1, 2, 3]
    """
    if not isinstance(act, When):
        return (act,)
    return tuple(replace(act, nth=nth) for nth in range(1, act.again + 2))


def bare(act: Act) -> Act:
    """What is done, without what *act* waits for."""
    return bare(act.act) if isinstance(act, _Kept) else act


def only_while(act: Act, condition: Condition) -> When:
    """*act*, done only when *condition* holds beside what it waits for.

    >>> from irrupt.regulation import Bypass
    >>> act = When(act=Bypass(client="A", skips="Triage"), condition="cycle time > 16 h over 4 weeks", lag=2.0)
    >>> only_while(act, parse("rework < 5 % for B over 4 weeks")).moment
    'when cycle time > 16 h over 4 weeks and rework < 5 % for B over 4 weeks, lag 2 weeks'
    """
    waits = act if isinstance(act, When) else When(act=act)
    before = waits.condition
    assert not isinstance(before, str)
    return replace(waits, condition=condition if before is None else before & condition)


def at_moment_of(to: Act, act: Act) -> Act:
    """*act*, done when *to* is."""
    return replace(to, act=act) if isinstance(to, When) else act


def signature_of(act: Act) -> Signature | None:
    """How *act* is signed; None where it is of a kind that is not."""
    signed = getattr(bare(act), "signed", None)
    return signed if isinstance(signed, Signature) else None


def resigned(act: Act, **said: Any) -> Act:
    """*act*, signed otherwise in what is *said*; as it is where it is of a kind that is not signed."""
    if isinstance(act, _Kept):
        return replace(act, act=resigned(act.act, **said))
    signed = signature_of(act)
    return act if signed is None else replace(act, signed=replace(signed, **said))  # type: ignore[type-var]


def about_whom(act: Act, clients: Iterable[str], teams: Collection[str] = ()) -> Act:
    """*act*, whose claim says whom it is about, where one of *clients* makes it and does not say; and by its name the
    one of *teams* that is alone."""
    claim = bare(act).claim
    party = claim.party
    if party == ITS_AUTHORS:
        party = claim.author if claim.author in clients else ALL_CLIENTS
    if party == ALL_TEAMS:
        party = all_teams(teams)
    return act if party == claim.party else resigned(act, claim=replace(claim, party=party))


def answering(act: Act, to: Act, among: Iterable[Act] = (), **said: Any) -> Act:
    """*act* as an answer to another, told from those *among* which that one is done, and signed otherwise in what is
    *said*; it waits as long as that one does."""
    return at_moment_of(to, resigned(act, answers=title_among(to, among), **said))


def answered_among(act: Act, before: Sequence[Act]) -> int | None:
    """The number of that of the acts *before* which *act* answers, the last that is called so; None: it answers none of
    them.

    >>> from irrupt.regulation import Bypass, Price
    >>> asked = Bypass(client="A", skips="Triage")
    >>> answered_among(answering(Price(client="A", change=0.05), asked), [asked]), answered_among(asked, [asked])
    (0, None)
    """
    to = _to(act)
    for number, one in reversed(list(enumerate(before))):
        called = title(one.act if isinstance(one, IfRefused) else one)
        if to and _to(one) != to and (to == called or to.startswith(f"{called} (")):
            return number
    return None


def _to(act: Act) -> str:
    """What *act* answers; nothing where it answers none."""
    signed = signature_of(act)
    return "" if signed is None else signed.answers


def author_of(act: Act) -> str:
    """Who does *act*."""
    signed = signature_of(act)
    return bare(act).claim.author if signed is None else signed.author


def waiting_in(acts: Iterable[Act]) -> tuple[When, ...]:
    """Those of *acts* that wait for their moment."""
    return tuple(act for act in acts if isinstance(act, When))


def in_repertoire(acts: Sequence[Act]) -> list[Act]:
    """Those of *acts*, done together, that are in the repertoires of their authors: without what a client does no
    longer whom one of them forms (see `FormClient.no_longer`), and without what others made of it.

    >>> from irrupt.regulation import Cancellation, FormClient
    >>> one = Cancellation(client="A", after="Plan", share=0.1)
    >>> in_repertoire([one, FormClient(client="A", no_longer=("cancellation",))]) == [one]
    False
    """
    gone = gone_after(acts, acts)
    return [act for act in acts if act not in gone]


def gone_after(done: Sequence[Act], acts: Sequence[Act]) -> list[Act]:
    """Those of *acts* that have left the repertoires of their authors once other acts were *done*, with what follows of
    them; and with a relay that nobody asks for any more, what those who restrain themselves have made of it."""
    left = {(act.client, name) for act in done for name in getattr(bare(act), "no_longer", ())}
    his = [act for act in acts if (author_of(act), bare(act).name) in left]
    named = {title(act) for act in his}
    gone: list[Act] = []
    for act in acts:
        follows = isinstance(act, When) and act.follows in [*map(bare, gone)]
        if follows or act in his or (named and title(act) in named and amends(act)):
            gone.append(act)
    return gone


def amends(act: Act) -> bool:
    """Whether *act* answers one of its own kind, of the same client and the same moment: it is that one, restrained."""
    signed = signature_of(act)
    called = title(act)
    return signed is not None and (signed.answers == called or signed.answers.startswith(f"{called} ("))


OF_CLIENT = mark("{act}: {client}")
IF_REFUSED = mark("{act} if {other} is refused")


def title(act: Act, say: Callable[[str], str] = str) -> str:
    """What *act* is called among others: what is done, for whom, and when; as files have it, or in the user's language
    where *say* translates.

    >>> from irrupt.regulation import Bypass
    >>> title(Bypass(client="Hospital A", skips="Triage"))
    'bypass: Hospital A'
    """
    if isinstance(act, When):
        return f"{title(act.act, say)} {act.moment if say is str else act.moment_said}".rstrip()
    if isinstance(act, IfRefused):
        return say(IF_REFUSED).format(act=title(act.act, say), other=say(act.of))
    return say(OF_CLIENT).format(act=say(act.name), client=act.client) if act.client else say(act.name)


def title_among(act: Act, acts: Iterable[Act], say: Callable[[str], str] = str) -> str:
    """What *act* is called beside *acts*: where another is called the same, with the parameters in which they differ.

    >>> from irrupt.regulation import Priority
    >>> acts = [Priority(client="A", team=team) for team in ("Desk", "Network")]
    >>> [title_among(act, acts) for act in acts], title_among(acts[0], acts[:1])
    (['priority: A (team Desk)', 'priority: A (team Network)'], 'priority: A')
    """
    called, mine = title(act, say), bare(act)
    alike = [one for one in map(bare, (one for one in acts if title(one, say) == called)) if type(one) is type(mine)]
    differ = [
        parameter
        for parameter, usual in _parameters_of(mine)
        if (value := getattr(mine, parameter)) not in (None, (), usual)
        and any(getattr(one, parameter) != value for one in alike)
    ]
    told = [_parameter(mine, parameter, say) for parameter in differ]
    return f"{called} ({', '.join(told)})" if told else called


def apart_said(act: Act, apart: str) -> str:
    """What stands behind *act* to tell it from others, ` (change 0.2)` in files, in the user's language; a number is
    one."""
    mine, told = bare(act), apart.strip(" ()").split(", ")
    named = [one for one, _usual in _parameters_of(mine) if _parameter(mine, one, str) in told]
    said = [_parameter(mine, one, _) for one in named]
    return f" ({', '.join(said)})" if len(said) == len(told) else apart


def _parameter(act: Act, parameter: str, say: Callable[[str], str]) -> str:
    name, value = parameter.replace("_", " "), getattr(act, parameter)
    text = _as_text(value, say)
    return f"{name} {text}" if say is str else parameter_said(name, value, text, periods=in_periods(act, parameter))


def _parameters_of(act: Act) -> list[tuple[str, object]]:
    """The names of what *act* sets, with what is usual, without how it is signed."""
    own: tuple[Field[Any], ...] = fields(act) if is_dataclass(act) else ()
    return [(one.name, one.default) for one in own if one.init and one.name not in ("signed", "claim")]


def _as_text(value: object, say: Callable[[str], str] = str) -> str:
    if isinstance(value, Distribution):
        return _as_text(distribution_data(value), say)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_as_text(one, say)}" for name, one in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_as_text(one, say) for one in value)
    return f"{value:g}" if isinstance(value, float) else title(value, say) if isinstance(value, Act) else str(value)
