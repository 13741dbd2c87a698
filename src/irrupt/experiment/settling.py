"""What is agreed before anything is compared: parties answer each other's acts, some after trying them first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from irrupt.engine import tables
from irrupt.errors import Fault, ModelError, did_you_mean
from irrupt.experiment.answering import Question, question
from irrupt.experiment.effects import smallest
from irrupt.experiment.executors import Threads
from irrupt.experiment.gathering import Gathering
from irrupt.experiment.horizon import settled
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.statistics import half_width
from irrupt.experiment.today import under
from irrupt.i18n import gettext as _
from irrupt.ledgers import ALL_CLIENTS, ALL_TEAMS
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.signature import MANAGEMENT, Signature
from irrupt.regulation.model import Act
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Gain, Proposal, Reply
from irrupt.regulation.registry import SIGNED
from irrupt.regulation.when import When, title

PAIRS, WEEKS = 24, 8.0
"""What a party tries before it answers: so many pairs of runs, over so many weeks."""
OTHER_LUCK = 1_000_003
"""Added to the seed: what parties try has not the luck of what is compared later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a party answered to an act, and on what ground."""

    party: str
    act: str
    """What the act is called, in the user's language."""
    reply: Reply
    imposed: bool = False

    def __str__(self) -> str:
        if self.reply.asks:
            asked = " + ".join(title(act, _) for act in self.reply.asks)
            said = _("{party} asks in return for {act}: {asked}").format(party=self.party, act=self.act, asked=asked)
        elif self.reply.accepts:
            said = _("{party} accepts {act}").format(party=self.party, act=self.act)
        elif self.imposed:
            said = _("{party} would refuse {act}, which is imposed").format(party=self.party, act=self.act)
        else:
            said = _("{party} refuses {act}").format(party=self.party, act=self.act)
        tried = _("tried first, by what it watches: {why}").format(why=self.reply.why) if self.reply.why else ""
        return f"{said} ({tried})." if tried else f"{said}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is left to compare, and how it came about."""

    comparisons: Mapping[str, tuple[Act, ...]]
    decisions: tuple[Decision, ...]


def settle(
    organisation: Organisation,
    comparisons: Mapping[str, Sequence[Act]],
    parties: Sequence[Party],
    *,
    today: Sequence[Act] = (),
    seed: int = 1,
    pairs: int = PAIRS,
    weeks: float = WEEKS,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Settled:
    """*comparisons* after all *parties* have answered: what is refused is left out, what is asked in return is added.

    The acts of a comparison are proposed one after the other; each party but its author answers by its policy, knowing
    what is agreed before. What is imposed is done whatever they answer. Who proposed answers what is asked in return,
    once. Policies that calculate try acts on *pairs* of runs over *weeks*; the same *seed* gives the same answers.

    Raises `ModelError` when a party is not in *organisation*, or when an act names what is not there.
    """
    _refuse_strangers(organisation, parties)
    table = _Table(
        organisation=under(organisation, today),
        parties=parties,
        seed=seed + OTHER_LUCK,
        pairs=pairs,
        weeks=weeks,
        executor=executor or Threads(workers),
    )
    found = {name: tuple(table.agreed(acts)) for name, acts in comparisons.items()}
    left = {name: acts for name, acts in found.items() if acts}
    decisions = tuple({str(decision): decision for decision in table.decisions}.values())
    return Settled(comparisons=left, decisions=decisions)


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
    parties: Sequence[Party]
    seed: int
    pairs: int
    weeks: float
    executor: Executor
    decisions: list[Decision] = field(default_factory=list)

    def agreed(self, proposed: Sequence[Act]) -> list[Act]:
        """What is left of *proposed*, with what was asked in return and granted."""
        kept: list[Act] = []
        for act in proposed:
            asked = self._answered(act, kept)
            if asked is None:
                continue
            kept.append(act)
            for wish in asked:
                kept += self._granted(_answering(wish, act), author_of(act), kept)
        return kept

    def _answered(self, act: Act, kept: Sequence[Act]) -> list[Act] | None:
        """What is asked in return for *act*; None where somebody refuses it."""
        imposed = force_of(act) == "imposed"
        asked: list[Act] = []
        for party in self.parties:
            if party.name in (author_of(act), act.client):
                continue
            reply = self._reply(party, act, kept, imposed=imposed)
            if not reply.accepts and not imposed:
                return None
            asked += reply.asks
        return asked

    def _granted(self, wish: Act, by: str, kept: Sequence[Act]) -> list[Act]:
        """*wish*, unless whoever has to grant it refuses."""
        judge = next((party for party in self.parties if party.name == by), None)
        if judge is None:
            return [wish]
        return [wish] if self._reply(judge, wish, kept, imposed=False).accepts else []

    def _reply(self, party: Party, act: Act, kept: Sequence[Act], *, imposed: bool) -> Reply:
        def gain(acts: Sequence[Act]) -> Gain:
            return self._gain(party, acts, kept)

        reply = party.policy.reply(Proposal(act=act, imposed=imposed, gain=gain))
        self.decisions.append(Decision(party=party.name, act=title(act, _), reply=reply, imposed=imposed))
        return reply

    def _gain(self, party: Party, acts: Sequence[Act], kept: Sequence[Act]) -> Gain:
        """What *acts*, done on top of *kept*, bring *party*: whatever waits for its moment is tried as if it came."""
        rules = tables(under(self.organisation, [_at_once(act) for act in kept]))
        horizon = settled(rules, seed=self.seed, weeks=self.weeks)
        chosen = {"": [_at_once(act) for act in acts]}
        apart = [party.name] if party.name in rules.clients else []
        asked = question(rules, chosen, horizon, self.seed, apart=apart)
        gathering = Gathering(plan=asked.plan, executor=self.executor, outcome=Outcome.none(asked.plan))
        gathering.up_to(self.pairs)
        return gained(asked, gathering.outcome, party)


def gained(asked: Question, outcome: Outcome, party: Party) -> Gain:
    """What the one scenario of *asked* brings *party*."""
    (trial,) = asked.trials
    places = {(measure.name, who): (at, measure) for at, (measure, who) in enumerate(trial.columns)}
    done = outcome.done
    total: npt.NDArray[np.float64] = np.zeros(int(done.sum()))
    for name, weight in party.watches(asked.organisation).items():
        who = next((one for one in (party.name, ALL_CLIENTS, ALL_TEAMS) if (name, one) in places), None)
        if who is None:
            continue
        at, measure = places[name, who]
        without = outcome.without[trial.name][done][:, at]
        moved = outcome.with_act[trial.name][done][:, at] - without
        if not np.isfinite(moved).all():
            continue
        better = 1.0 if party.wish(name) == "rise" else -1.0
        total += better * weight * moved / smallest(measure, float(without.mean()))
    count = len(total)
    error = np.array([total.std(ddof=1) / np.sqrt(count)]) if count > 1 else np.array([np.nan])
    half = float(half_width(error, np.array([count - 1.0]), np.array([0.05]))[0])
    mean = float(total.mean()) if count else 0.0
    return Gain(mean=mean, low=mean - half, high=mean + half, pairs=count)


def author_of(act: Act) -> str:
    """Who does *act*."""
    inner = act.act if isinstance(act, When) else act
    signed = getattr(inner, SIGNED, None)
    return signed.author if isinstance(signed, Signature) else inner.claim.author


def force_of(act: Act) -> str:
    """With what force it is done."""
    inner = act.act if isinstance(act, When) else act
    signed = getattr(inner, SIGNED, None)
    return signed.force if isinstance(signed, Signature) else "imposed"


def _at_once(act: Act) -> Act:
    return act.act if isinstance(act, When) else act


def _answering(wish: Act, to: Act) -> Act:
    """*wish*, negotiated, as an answer to another act; it waits as long as that one does."""
    signed = getattr(wish, SIGNED, None)
    if isinstance(signed, Signature):
        signed = replace(signed, answers=title(to), force="negotiated")
        wish = replace(wish, **{SIGNED: signed})  # type: ignore[type-var]
    return When(act=wish, condition=to.condition, lag=to.lag) if isinstance(to, When) else wish
