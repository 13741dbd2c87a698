"""What a client-organiser can do: three acts. The mechanism is written here, never the sign of a distant effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from irrupt.errors import Fault, ModelError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import distribution_in
from irrupt.organisation.flow import graph, reachable, visits
from irrupt.organisation.model import START, Check, Organisation, Step
from irrupt.organisation.rules import Aim, Channel, Claim, Edit, Force, RuleChange

ALL_CLIENTS = "all clients"
"""The party of everybody's cases, as the ledgers name it."""
QUARTER_OF_AN_HOUR = Distribution.lognormal(900.0, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """The client's cases are taken first, or later, at a team. Work in hand is not interrupted."""

    name: ClassVar[str] = "priority"

    client: str
    """Whose cases."""
    team: str
    """Where."""
    rank: int = 1
    """A higher rank is taken first; 0 is everybody else's, a negative one is taken last."""
    claim: Claim = field(default=None)  # type: ignore[assignment]
    """What the author says is wrong. By default: waiting for us, for the client, is to fall."""
    author: str = ""
    """Who changes the rule: the author of the claim, or else the client, when empty."""
    channel: Channel = "instrument"
    """How: instrument, relay or schedule."""
    force: Force = "imposed"
    """imposed, negotiated or carried up."""
    reason: str = ""
    """Why, in the author's words."""

    def __post_init__(self) -> None:
        _complete(self, "rigidity", "waiting for us")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the team's priorities; none when the client has this rank already.

        Raises `ModelError` when *rules* has no such client or team, or no other client whom he could pass.
        """
        _known(self, ("client", self.client, rules.clients), ("team", self.team, rules.teams))
        if len(rules.clients) == 1:
            found = _("{client} is the only client that is told apart").format(client=self.client)
            raise ModelError(Fault(f"{self.name}: client", found, _("others whom he can pass")))
        team = rules.teams[self.team]
        if team.priority.get(self.client, 0) == self.rank:
            return ()
        ranks = {client: rank for client, rank in team.priority.items() if client != self.client}
        if self.rank:
            ranks[self.client] = self.rank
        edit = Edit(part="teams", key=self.team, before=team, after=replace(team, priority=ranks))
        if self.rank > 0:
            rule = _("Cases of {client} are taken before others at {team} (rank {rank})")
        elif self.rank < 0:
            rule = _("Cases of {client} are taken after others at {team} (rank {rank})")
        else:
            rule = _("Cases of {client} are taken in turn at {team}")
        return (_change(self, moment, rule.format(client=self.client, team=self.team, rank=self.rank), edit),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposedCheck:
    """A step is put in behind an activity, for the client's cases or for all."""

    name: ClassVar[str] = "imposed check"

    client: str | None
    """Whose cases; None: everybody's."""
    after: str
    """The activity that is checked."""
    activity: str = "Check"
    """What the check is called."""
    team: str | None = None
    """Who does it; None: the team that does most of what is checked."""
    duration: Distribution | float | str = QUARTER_OF_AN_HOUR
    """Time of work: a distribution, seconds, or text such as `15 min`."""
    claim: Claim = field(default=None)  # type: ignore[assignment]
    """What the author says is wrong. By default: rework, for the client, is to fall."""
    author: str = ""
    """Who changes the rule: the author of the claim, or else the client, when empty."""
    channel: Channel = "instrument"
    """How: instrument, relay or schedule."""
    force: Force = "imposed"
    """imposed, negotiated or carried up."""
    reason: str = ""
    """Why, in the author's words."""

    def __post_init__(self) -> None:
        _complete(self, "fluctuation", "rework")
        object.__setattr__(self, "duration", _distribution(self.name, self.duration))

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One new check; none when it is there already.

        Raises `ModelError` when *rules* has no such client, activity or team, or when several teams do what is
        checked and none does most of it.
        """
        activities = {step.activity for step in rules.steps.values()}
        known = [("after", self.after, activities)]
        if self.client is not None:
            known.append(("client", self.client, set(rules.clients)))
        if self.team is not None:
            known.append(("team", self.team, set(rules.teams)))
        _known(self, *known)
        team = self.team if self.team is not None else self._main_team(rules)
        assert isinstance(self.duration, Distribution)
        step = Step(activity=self.activity, team=team, duration=self.duration)
        check = Check(after=self.after, client=self.client, step=step)
        words = {"activity": self.activity, "after": self.after, "client": self.client, "team": team}
        if self.client is None:
            key = _check_key(self.activity, self.after)
            rule = _("{activity} by {team} after {after}, for all clients").format(**words)
        else:
            key = _check_key(self.activity, self.after, self.client)
            rule = _("{activity} by {team} after {after}, for cases of {client}").format(**words)
        before = rules.checks.get(key)
        if before == check:
            return ()
        return (_change(self, moment, rule, Edit(part="checks", key=key, before=before, after=check)),)

    def _main_team(self, rules: Organisation) -> str:
        """The team that does most of the activity that is checked, in the cases that are checked."""
        steps = {name: step for name, step in rules.steps.items() if step.activity == self.after}
        teams = sorted({step.team for step in steps.values() if step.team is not None})
        if not teams:
            found = _('no team does "{activity}"').format(activity=self.after)
            raise ModelError(Fault(f"{self.name}: team", found, remedy=_("say which team does the check")))
        if len(teams) == 1:
            return teams[0]
        done = dict.fromkeys(teams, 0.0)
        for client in rules.clients if self.client is None else [self.client]:
            skipped = rules.skips.get(client, frozenset())
            often = visits(rules, client)
            weight = rules.clients[client].cases_per_week if self.client is None else 1.0
            for name, step in steps.items():
                if step.team is not None and name not in skipped:
                    done[step.team] += weight * often[name]
        most = max(done.values())
        leading = [team for team in teams if done[team] >= most * (1 - 1e-9)]
        if len(leading) == 1:
            return leading[0]
        found = _('several teams do "{activity}" equally often: {teams}').format(
            activity=self.after, teams=", ".join(leading)
        )
        raise ModelError(Fault(f"{self.name}: team", found, remedy=_("say which team does the check")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """The client's cases pass through steps without anything being done: around an activity, a team, or both."""

    name: ClassVar[str] = "bypass"

    client: str
    """Whose cases."""
    skips: str | None = None
    """The activity that is skipped; None: whatever *team* does."""
    team: str | None = None
    """The team that is skipped; None: whoever does *skips*. With both, only what this team does of this activity."""
    claim: Claim = field(default=None)  # type: ignore[assignment]
    """What the author says is wrong. By default: cycle time, for the client, is to fall."""
    author: str = ""
    """Who changes the rule: the author of the claim, or else the client, when empty."""
    channel: Channel = "instrument"
    """How: instrument, relay or schedule."""
    force: Force = "imposed"
    """imposed, negotiated or carried up."""
    reason: str = ""
    """Why, in the author's words."""

    def __post_init__(self) -> None:
        if self.skips is None and self.team is None:
            raise ModelError(Fault(self.name, _("nothing to skip"), _('"skips", an activity, or "team", or both')))
        _complete(self, "rigidity", "cycle time")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the steps that the client's cases skip; none when they skip them already.

        Raises `ModelError` when *rules* has no such client, activity or team, when no step is both, or when nothing
        would be left to do for the client.
        """
        known = [("client", self.client, set(rules.clients))]
        if self.skips is not None:
            known.append(("skips", self.skips, {step.activity for step in rules.steps.values()}))
        if self.team is not None:
            known.append(("team", self.team, set(rules.teams)))
        _known(self, *known)
        chosen = self._chosen(rules)
        before = rules.skips.get(self.client)
        after = (before or frozenset()) | chosen
        if after == before:
            return ()
        self._something_left(rules, after)
        edit = Edit(part="skips", key=self.client, before=before, after=after)
        return (_change(self, moment, self._rule(), edit),)

    def _chosen(self, rules: Organisation) -> frozenset[str]:
        chosen = frozenset(
            name
            for name, step in rules.steps.items()
            if self.skips in (None, step.activity) and self.team in (None, step.team)
        )
        if not chosen:
            teams = sorted({s.team for s in rules.steps.values() if s.team and self.skips in (None, s.activity)})
            if self.skips is None:
                found = _("{team} does no step").format(team=self.team)
                raise ModelError(Fault(f"{self.name}: team", found, remedy=did_you_mean("", teams)))
            found = _('{team} does not do "{activity}"').format(team=self.team, activity=self.skips)
            raise ModelError(Fault(f"{self.name}: team", found, remedy=did_you_mean(self.team or "", teams)))
        return chosen

    def _something_left(self, rules: Organisation, skipped: frozenset[str]) -> None:
        """Raise `ModelError` when every step that the client's cases can come to is skipped."""
        within = reachable(graph(rules, self.client), START) & set(rules.steps)
        if within <= skipped:
            found = _("nothing would be left to do for {client}").format(client=self.client)
            raise ModelError(Fault(self.name, found, _("at least one step that is not skipped")))

    def _rule(self) -> str:
        words = {"client": self.client, "activity": self.skips, "team": self.team}
        if self.team is None:
            return _("Cases of {client} skip {activity}").format(**words)
        if self.skips is None:
            return _("Cases of {client} skip what {team} does").format(**words)
        return _("Cases of {client} skip {activity} at {team}").format(**words)


BUILT_IN = (Priority, ImposedCheck, Bypass)
_BuiltIn = Priority | ImposedCheck | Bypass


def _complete(act: _BuiltIn, aim: Aim, measure: str) -> None:
    """Give *act* the claim that goes without saying, and its author."""
    party = act.client if act.client is not None else ALL_CLIENTS
    author = act.author or (act.claim.author if act.claim is not None else party)
    if act.claim is None:
        claim = Claim(author=author, aim=aim, measure=measure, party=party, expects="fall")
        object.__setattr__(act, "claim", claim)
    object.__setattr__(act, "author", author)


def _known(act: _BuiltIn, *named: tuple[str, str, Iterable[str]]) -> None:
    """Raise `ModelError` with every name that is not known."""
    faults = [
        Fault(f"{act.name}: {parameter}", _unknown(parameter).format(name=name), remedy=did_you_mean(name, known))
        for parameter, name, known in named
        if name not in known
    ]
    if faults:
        raise ModelError(faults)


def _unknown(parameter: str) -> str:
    if parameter == "client":
        return _('no client "{name}"')
    return _('no team "{name}"') if parameter == "team" else _('no activity "{name}"')


def _check_key(activity: str, after: str, client: str = "") -> str:
    """What the check is called among the checks: the same act makes the same check, whatever the language."""
    return f"{activity} after {after}" + (f" for {client}" if client else "")


def _distribution(name: str, duration: Distribution | float | str) -> Distribution:
    if isinstance(duration, Distribution):
        return duration
    try:
        if isinstance(duration, str):
            return distribution_in(duration)
        return Distribution.fixed(float(duration))
    except (TypeError, ValueError) as problem:
        raise ModelError(Fault(f"{name}: duration", str(problem))) from None


def _change(act: _BuiltIn, moment: datetime, rule: str, *edits: Edit) -> RuleChange:
    words: dict[str, Any] = {"channel": act.channel, "force": act.force, "reason": act.reason}
    return RuleChange(time=moment, author=act.author, rule=rule, edits=edits, claim=act.claim, **words)
