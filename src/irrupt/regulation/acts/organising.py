"""Acts on who decides, and of what class cases are: relay, requalification."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.i18n import first_of, mark
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Client, Organisation
from irrupt.organisation.rules import Edit, RuleChange, difference
from irrupt.regulation.acts.classes import (
    SPOKEN_FOR,
    asked_where,
    copied,
    folded,
    mapped,
    parts_as,
    unclassed,
    with_classes,
    with_parts,
)
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.places import meets
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Claiming,
    Ratio,
    Signature,
    change,
    known,
    refused,
    share_in,
    sign,
    usually,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay(Claiming):
    """Front-line staff get a say in a client's name: for some of his cases they can have them taken first at a team.

    They may restrain themselves: for a share of the cases for which they could speak they do not. Which cases they
    speak for is drawn, whatever the case, and independently of other teams that speak for him. A team speaks for the
    same cases wherever it speaks: what it says last of how many holds.

    >>> act = Relay(client="Users", team="Technicians", at="Planning", discretion=0.3, restraint=0.5)
    >>> act.signed.author, act.signed.channel, act.signed.force, act.used
    ('Technicians', 'relay', 'carried up', 0.15)
    """

    name: ClassVar[str] = mark("relay")

    client: str
    """In whose name."""
    team: str
    """Who speaks: the team that meets him."""
    at: str
    """Where his cases are then taken first."""
    discretion: Ratio
    """The share of his cases for which they may: `30 %` or 0.3."""
    restraint: Ratio = 0.0
    """The share of these for which they hold back."""
    rank: int = 1
    """What is added to the rank of such cases among those of clients of one rank, 1 or more."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default the team that speaks claims, carried up through it: waiting for us, for the
    client, is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            share_in(self, "discretion")
        with wrong:
            share_in(self, "restraint")
        with wrong:
            if self.rank < 1:
                raise refused(self, "rank", f"{self.rank}", _("1 or more"))
        wrong.tell()
        usually(self, channel="relay", force="carried up")
        sign(self, self.team, "rigidity", "waiting for us", self.client)

    @property
    def used(self) -> float:
        """The share of his cases for which they speak."""
        return self.discretion * (1 - self.restraint)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change: which of his cases are spoken for, and that these are taken first; none when it is so already.

        Raises `ModelError` when *rules* has no such client or teams, when no case of his comes to the team that is to
        speak for him, or when his classes go by quantity.
        """
        known(
            self,
            ("client", self.client, rules.clients),
            ("team", self.team, rules.teams),
            ("at", self.at, rules.teams),
            rules=rules,
        )
        self._speaks(rules)
        before = rules.clients[self.client]
        if before.by_quantity:
            found = _("the classes of {client} go by quantity: no part of one can be told apart")
            raise refused(self, "client", found.format(client=self.client), _('classes without "by quantity"'))
        tail, ordinary = SPOKEN_FOR.format(client=self.client, team=self.team), unclassed(rules, self.client)
        plain = folded(before.classes, tail)
        spoken = {name: (name or ordinary) + tail for name in plain}
        new = before.classes.keys().isdisjoint(spoken.values())
        shares = {name or ordinary: share * (1 - self.used) for name, share in plain.items()}
        shares |= {spoken[name]: share * self.used for name, share in plain.items()}
        edits = list(copied(rules, {name: spoken[name] for name in plain if name}, except_team=self.at))
        after = replace(
            with_classes(rules, before, shares),
            quantity_by_class=mapped(before.quantity_by_class, spoken),
            due_by_class=mapped(before.due_by_class, spoken),
        )
        if after != before:
            edits.append(Edit(part="clients", key=self.client, before=before, after=after, relative=new))
        team = rules.teams[self.at]
        ranks = {**team.class_priority, **{spoken[n]: team.class_priority.get(n, 0) + self.rank for n in plain}}
        if ranks != team.class_priority:
            edits.append(Edit(part="teams", key=self.at, before=team, after=replace(team, class_priority=ranks)))
        if not edits or (new and self.used == 0):
            return ()
        rule = _(
            "{team} may speak for {client} in {share} % of the cases, which is used in {used} %: taken first at {at}"
        )
        text = rule.format(
            team=self.team, client=self.client, share=percent(self.discretion), used=percent(self.used), at=self.at
        )
        return (change(self, moment, text, *edits),)

    def _speaks(self, rules: Organisation) -> None:
        """Raises `ModelError` when the client never meets the team that is to speak for him."""
        met = meets(rules, self.client)
        if self.team not in met:
            found = _("no case of {client} comes to {team}, so nobody there can speak for him").format(
                client=self.client, team=self.team
            )
            raise refused(self, "team", found, _("a team that he meets: {teams}").format(teams=first_of(met, 12)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requalification(Claiming):
    """The client says himself of what class his cases are: some of one class come as another.

    It repairs the procedure, or games it; the routes, times and priorities of the new class do the rest.

    >>> Requalification(client="Users", of="ordinary", becomes="urgent", share=0.2).claim.measure
    'waiting for us'
    """

    name: ClassVar[str] = mark("requalification")

    client: str
    """Whose cases."""
    of: str
    """The class that they would have."""
    becomes: str
    """The class that he gives them."""
    share: Ratio
    """Of the cases of the first class, how many: `20 %` or 0.2."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: waiting for us, for the client, is to fall."""

    def __post_init__(self) -> None:
        share_in(self, "share")
        sign(self, self.client, "rigidity", "waiting for us", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the classes of his cases; none when nothing changes. Where classes go by quantity, those cases
        of the first class come as the second that are next to it.

        Raises `ModelError` when *rules* has no such client or classes, or when these go by quantity and are no
        neighbours.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if not before.classes:
            found = _("the cases of {client} have no classes").format(client=self.client)
            remedy = _("classes are kinds of cases, such as {example} under a client")
            raise refused(self, "of", found, remedy=remedy.format(example="classes: {small: 80 %, large: 20 %}"))
        known(self, ("of", self.of, before.classes), ("becomes", self.becomes, rules.classes()))
        parts = parts_as(before.classes, self.of, self.becomes)
        if not self.share or not any(before.classes[name] for name in parts) or self.of == self.becomes:
            return ()
        there = set(rules.classes())
        told = with_parts(rules, self.becomes, {new: old for old, new in parts.items() if new not in there})
        after = before
        for name, other in parts.items():
            after = self._moved(told, after, name, other)
        if after.by_quantity and not self._neighbours(before.by_quantity):
            found = _("the classes of {client} go by quantity").format(client=self.client)
            raise refused(self, "becomes", found, _("the next one"), ", ".join(before.by_quantity))
        rule = _("{share} % of the cases of {client} that are {of} come as {becomes}")
        text = rule.format(share=percent(self.share), client=self.client, of=self.of, becomes=self.becomes)
        edit = Edit(part="clients", key=self.client, before=before, after=after, relative=True)
        return (change(self, moment, text, *difference(rules, told), edit),)

    def _moved(self, rules: Organisation, before: Client, of: str, becomes: str) -> Client:
        """The client, of whose cases *of* a class, or a part of one, a share comes as another."""
        moved = before.classes[of] * self.share
        shares = {**before.classes, of: before.classes[of] - moved}
        shares[becomes] = shares.get(becomes, 0.0) + moved
        after = with_classes(rules, before, shares)
        due = mapped(before.due_by_class, {self.becomes: becomes})
        after = replace(after, quantity_by_class=asked_where(before, moved, of, becomes), due_by_class=due)
        return replace(after, by_quantity=tuple(name for name in before.by_quantity if name in after.classes))

    def _neighbours(self, classes: tuple[str, ...]) -> bool:
        return self.becomes in classes and abs(classes.index(self.of) - classes.index(self.becomes)) == 1
