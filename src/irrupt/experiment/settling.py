"""What is agreed before anything is compared: parties answer each other's acts, some after trying them first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from irrupt.arguments import as_annotated
from irrupt.engine import tables
from irrupt.engine.streams import derived
from irrupt.errors import Fault, ModelError, did_you_mean
from irrupt.experiment.answering import question
from irrupt.experiment.begun import with_past
from irrupt.experiment.gaining import gained
from irrupt.experiment.gathering import Gathering
from irrupt.experiment.horizon import Horizon, settled
from irrupt.experiment.running import refuse_no_acts, running_in, together
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.today import refuse_taken_back, under
from irrupt.groups import ALL_CLIENTS, all_teams, party_name
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.signature import MANAGEMENT
from irrupt.regulation.answers import Refusal
from irrupt.regulation.conditions import Condition, Term
from irrupt.regulation.model import Act
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Gain, Proposal, Reply, acts_of
from irrupt.regulation.said import condition_said
from irrupt.regulation.when import (
    IfRefused,
    When,
    answered_among,
    answering,
    author_of,
    gone_after,
    only_while,
    resigned,
    signature_of,
    title_among,
    waiting_in,
)

REPLICATIONS, WEEKS = 24, 8.0
"""What a party tries before it answers: so many pairs of runs, over so many weeks."""
TRIED = "tried"
"""What the scenario is called: not as the baseline is, which has no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a party answered to an act, and on what ground."""

    party: str
    act: str
    """What the act is called, in the user's language."""
    reply: Reply
    asked: str = ""
    """What is asked in return, called likewise."""
    imposed: bool = False
    tried: bool = True
    """Whether the party tried something before it answered."""
    within: str = ""
    """Which comparison was talked about, where the answers to the act differ from one to another."""

    def __str__(self) -> str:
        if self.reply.asks:
            told = _("Asked in return by {party} for {act}: {asked}")
            said = told.format(party=party_name(self.party), act=self.act, asked=self.asked)
        elif self.reply.accepts:
            said = self._accepted()
        elif self.imposed:
            said = _("Would be refused by {party}, but is imposed: {act}").format(
                party=party_name(self.party), act=self.act
            )
        else:
            said = _("Refused by {party}: {act}").format(party=party_name(self.party), act=self.act)
        tried = self.reply.why
        if tried and self.tried:
            tried = _("tried first, by what is watched: {why}").format(why=tried)
        beside = [_("in “{comparison}”").format(comparison=self.within)] if self.within else []
        told = _("; ").join([*beside, *filter(None, [tried])])
        return f"{said} ({told})." if told else f"{said}."

    def _accepted(self) -> str:
        if self.reply.only is None:
            return _("Accepted by {party}: {act}").format(party=party_name(self.party), act=self.act)
        told = _("Accepted by {party} as long as {condition}: {act}")
        if self.imposed:
            told = _("Accepted by {party} as long as {condition}, but imposed: {act}")
        return told.format(party=party_name(self.party), act=self.act, condition=condition_said(self.reply.only))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is left to compare, and how it came about."""

    comparisons: Mapping[str, tuple[Act, ...]]
    decisions: tuple[Decision, ...]


@as_annotated
def settle(
    organisation: Organisation,
    comparisons: Mapping[str, Sequence[Act] | Act],
    parties: Sequence[Party],
    *,
    today: Sequence[Act] = (),
    refused: Mapping[str, Sequence[Refusal]] | None = None,
    seed: int = 1,
    replications: int = REPLICATIONS,
    weeks: float = WEEKS,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Settled:
    """*comparisons* after all *parties* have answered: what is refused is left out, what is asked in return is added,
    and what is negotiated is signed by all who agreed to it.

    The acts of a comparison are proposed one after the other; each party but its author answers by its policy, knowing
    what is agreed before. What is imposed is done whatever they answer. Who proposed answers what is asked in return,
    once, and so does a third party whom it is about. What answers an act that is refused is not done. What was
    *refused* before, by comparison, is remembered with what is refused now. Policies that calculate try acts on
    *replications* pairs of runs over *weeks*; the same *seed* gives the same answers.

    Raises `ModelError` when a party is not in *organisation*, or when an act names what is not there, and `UsageError`
    for settings that make no sense.
    """
    proposed = together(comparisons)
    tried = [act for acts in proposed.values() for act in acts]
    refuse_no_acts([*today, *tried])
    refuse_taken_back(tried, today)
    running = running_in(
        {"replications": replications, "seed": seed, "weeks": weeks, "workers": workers, "executor": executor}
    )
    _refuse_strangers(organisation, parties)
    table = _Table(
        organisation=under(organisation, today),
        anyway=waiting_in(today),
        parties=parties,
        seed=derived(seed, "settle"),  # What parties try has not the luck of what is compared later.
        replications=replications,
        weeks=weeks,
        executor=running.by,
        among=[*(act for one in proposed.values() for act in one), *(a for p in parties for a in acts_of(p.policy))],
    )
    found, said = {}, []
    for name, acts in proposed.items():
        before = len(table.decisions)
        found[name] = tuple(table.agreed(acts, (refused or {}).get(name, ())))
        said += [(name, decision) for decision in table.decisions[before:]]
    left = {name: acts for name, acts in found.items() if acts}
    return Settled(comparisons=left, decisions=_told_once(said))


def _told_once(said: Sequence[tuple[str, Decision]]) -> tuple[Decision, ...]:
    """What was *said* in each comparison: what is the same in several once, and where the same party answers the same
    act otherwise in another, with the comparison."""
    texts: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, one in said:
        texts.setdefault((one.party, one.act), {}).setdefault(name, []).append(str(one))
    differ = {key for key, by_name in texts.items() if len({tuple(told) for told in by_name.values()}) > 1}
    found = [replace(one, within=name) if (one.party, one.act) in differ else one for name, one in said]
    return tuple({str(one): one for one in found}.values())


def _refuse_strangers(organisation: Organisation, parties: Sequence[Party]) -> None:
    known = (*organisation.clients, *organisation.teams, MANAGEMENT)
    faults = [
        Fault(
            "parties", _('no client or team "{name}"').format(name=party.name), remedy=did_you_mean(party.name, known)
        )
        for party in parties
        if party.name not in known
    ]
    if faults:
        raise ModelError(faults)


@dataclass(slots=True, kw_only=True)
class _Table:
    """Where parties meet."""

    organisation: Organisation
    anyway: tuple[Act, ...]
    """What waits for its moment whatever is agreed."""
    parties: Sequence[Party]
    seed: int
    replications: int
    weeks: float
    executor: Executor
    among: Sequence[Act]
    """All that is talked about: what an act is called tells it from the others."""
    decisions: list[Decision] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    """Who proposed what, and who refused it, in the comparison that is talked about."""

    def agreed(self, proposed: Sequence[Act], refused: Sequence[Refusal]) -> list[Act]:
        """What is left of *proposed*, with what was asked in return and granted, where some was *refused* before."""
        kept: list[Act] = []
        became: list[Act | None] = []
        self.refused = []
        for at, act in enumerate(proposed):
            self.refused += [(one.author, one.act, one.by) for one in refused if one.before == at]
            to = answered_among(act, proposed[: len(became)])
            done = self._due(act, None if to is None else (proposed[to], became[to]))
            left = [] if done is None else self._answered(done, kept)
            became.append(next((one for one in left if done and _object_of(one) == _object_of(done)), None))
            kept += left
        return kept

    def _due(self, act: Act, to: tuple[Act, Act | None] | None) -> Act | None:
        """*act*, if it is to be done: what is kept for a refusal where there was one, and what answers another where
        that is done, when it is. *to*: what it answers, as it was proposed and as what it is done."""
        if isinstance(act, IfRefused):
            if (author_of(act.act), act.of) not in [(author, name) for author, name, _by in self.refused]:
                return None
            act = act.act
        if to is None:
            return act
        asked, done = to
        if done is None or _moment(act) != _moment(asked) or _moment(done) == _moment(asked):
            return done and act
        return answering(_at_once(act), done, self.among)

    def _answered(self, act: Act, kept: Sequence[Act]) -> list[Act]:
        """*act* with what is granted in return for it; nothing where somebody refuses it."""
        package, agreed, only = [act], [], []
        for party in self.parties:
            if party.name == author_of(act):
                continue
            talk = _Talk(table=self, party=party, act=act, kept=kept)
            added = talk.outcome()
            if added is None:
                self.refused.append((author_of(act), _at_once(act).name, party.name))
                return []
            agreed.append(party.name)
            only += talk.only
            package = replaced([*package, *added])
        waits = force_of(act) != "imposed"  # Or only what is granted for it may depend on anything.
        signed = [_agreed(one, agreed) if one is act else one for one in package]
        return [reduce(only_while, only if waits or one is not act else (), one) for one in signed]

    def reply(
        self, party: Party, act: Act, by: str, beside: Sequence[Act], kept: Sequence[Act], *, imposed: bool
    ) -> Reply:
        """What *party* answers to *act* of *by*, done together with acts *beside*, on top of what is *kept*."""
        tried: list[Gain] = []

        def gain(acts: Sequence[Act]) -> Gain:
            tried.append(self._gain(party, replaced([*beside, *acts]), kept))
            return tried[-1]

        refused = tuple(one for author, _name, one in self.refused if author == party.name)
        reply = party.policy.reply(Proposal(act=act, imposed=imposed, gain=gain, by=by, refused=refused))
        if reply.only is not None:
            reply = self._about(party, reply, reply.only)
        called, *asked = (title_among(one, (*self.among, *kept), _) for one in (act, *reply.asks))
        said = {"act": called, "asked": " + ".join(asked)}
        made = Decision(party=party.name, reply=reply, imposed=imposed, tried=bool(tried), **said)
        self.decisions.append(made)
        return reply

    def _about(self, party: Party, reply: Reply, only: Condition) -> Reply:
        """*reply*, where what must *only* hold names whose measures these are; what no run tells is left out, and
        said."""
        rules = tables(self.organisation)
        named = set(rules.clients) & {party.name, *(term.party for term in only.terms if term.party)}
        horizon = Horizon(warm_up=0.0, weeks=self.weeks, run_out=0.0)  # Nothing is run.
        asked = question(rules, {TRIED: []}, horizon, self.seed, apart=sorted(named), anyway=self.anyway)
        told = {(measure.name, who) for measure, who in asked.trials[0].columns}
        whose = {
            term: next((one for one in _whose(term, party, rules.organisation) if (term.measure, one) in told), None)
            for term in only.terms
        }
        ways = [tuple(replace(term, party=whose[term]) for term in way if whose[term]) for way in only.ways]
        untold = ", ".join(dict.fromkeys(_(term.measure) for term, who in whose.items() if who is None))
        why = _("no run tells {measures}").format(measures=untold) if untold else ""
        held = Condition(ways=tuple(ways)) if all(ways) else None
        return replace(reply, only=held, why="; ".join(filter(None, [reply.why, why])))

    def _gain(self, party: Party, acts: Sequence[Act], kept: Sequence[Act]) -> Gain:
        """What *acts*, done on top of *kept*, bring *party*: whatever waits for its moment is tried as if it came. What
        they take back is done until then."""
        tried, before = [_at_once(act) for act in acts], [_at_once(act) for act in kept]
        taken = gone_after(tried, before)
        rules = tables(under(self.organisation, [act for act in before if act not in taken]))
        horizon = settled(rules, seed=self.seed, weeks=self.weeks)
        anyway = [*self.anyway, *(When(act=act) for act in taken)]
        apart = [party.name] if party.name in rules.clients else []
        begun = with_past(rules.organisation, horizon.warm_up)
        asked = question(begun, {TRIED: tried}, horizon, self.seed, apart=apart, anyway=anyway)
        gathering = Gathering(plan=asked.plan, executor=self.executor, outcome=Outcome.none(asked.plan))
        gathering.up_to(self.replications)
        return gained(asked, gathering.outcome, party)


@dataclass(slots=True, kw_only=True)
class _Talk:
    """Two parties about one act: what is asked in return comes down, what is offered beside goes up, by turns."""

    table: _Table
    party: Party
    """Who answers."""
    act: Act
    kept: Sequence[Act]
    only: list[Condition] = field(default_factory=list)
    """What must hold for the act to be done."""

    def outcome(self) -> tuple[Act, ...] | None:
        """What both agree to add to the act; None where it is refused."""
        author = author_of(self.act)
        imposed = force_of(self.act) == "imposed"
        judge = next((one for one in self.table.parties if one.name == author), None)
        reply = self.table.reply(self.party, self.act, author, (), self.kept, imposed=imposed)
        self.only += [reply.only] if reply.only is not None and not imposed else []
        if reply.accepts and not reply.asks:
            return ()
        asks = [reply.asks, *((wish,) for wish in reply.less)] if reply.asks else []
        offers = [] if judge is None or imposed else list(getattr(judge.policy, "offers", ()))
        for turn in range(max(len(asks), len(offers))):
            if turn < len(asks) and all(self._taken(wish, self.party.name, judge) for wish in asks[turn]):
                return tuple(map(self._signed, asks[turn]))
            if turn < len(offers) and self._taken(offers[turn], author, self.party):
                return (self._signed(offers[turn]),)
        return () if imposed else None

    def _taken(self, wish: Act, by: str, judge: Party | None) -> bool:
        """Whether the other takes *wish*, and so does whoever it is about."""
        judges = [*([] if judge is None else [judge]), *self._thirds(wish)]
        return all(self._accepts(one, self._back(wish), by) for one in judges)

    def _thirds(self, wish: Act) -> list[Party]:
        """Who answers *wish* beside the two, since it is about him: a client, or a team."""
        about = {wish.client, getattr(_at_once(wish), "team", None)} - {self.party.name, author_of(self.act)}
        return [one for one in self.table.parties if one.name in about]

    def _signed(self, wish: Act) -> Act:
        """*wish*, agreed by the two and whomever it is about."""
        thirds = [one.name for one in self._thirds(wish)]
        return _agreed(self._back(wish), (self.party.name, author_of(self.act), *thirds))

    def _back(self, wish: Act) -> Act:
        """What is asked, or offered, for the act."""
        return answering(wish, self.act, self.table.among, force="negotiated")

    def _accepts(self, judge: Party, wish: Act, by: str) -> bool:
        """Whether *judge* takes the act together with *wish* of the other; asked again, he may not ask in turn."""
        reply = self.table.reply(judge, wish, by, (self.act,), self.kept, imposed=False)
        accepts = reply.accepts and not reply.asks
        self.only += [reply.only] if accepts and reply.only is not None else []
        return accepts


def _whose(term: Term, party: Party, organisation: Organisation) -> tuple[str, ...]:
    """Whose measure a *term* of what *party* says may be, the first that there is."""
    if term.party is not None:
        return (term.party,)
    everybody = (ALL_CLIENTS, all_teams(organisation.teams)) if party.name == MANAGEMENT else ()
    return (party.name, *everybody)


def replaced(acts: Sequence[Act]) -> list[Act]:
    """*acts* without those that a later one of the same kind, for the same client and team, takes the place of.

    >>> from irrupt.regulation import Volume
    >>> [act.change for act in replaced([Volume(client="A", change=0.2), Volume(client="A", change=0.1)])]
    [0.1]
    """
    last = {_object_of(act): act for act in acts}
    return [act for act in acts if last[_object_of(act)] is act]


def _object_of(act: Act) -> tuple[str, str | None, str | None]:
    inner = _at_once(act)
    return inner.name, inner.client, getattr(inner, "team", None)


def force_of(act: Act) -> str:
    """With what force it is done."""
    signed = signature_of(act)
    return "imposed" if signed is None else signed.force


def _moment(act: Act) -> str:
    return act.moment if isinstance(act, When) else ""


def _at_once(act: Act) -> Act:
    return act.act if isinstance(act, When) else act


def _agreed(act: Act, by: Sequence[str]) -> Act:
    """*act*, signed by all *by* whom it was agreed; what is imposed has one author."""
    signed = signature_of(act)
    if signed is None or signed.force == "imposed":
        return act
    return resigned(act, agreed_by=(*signed.agreed_by, *by))
