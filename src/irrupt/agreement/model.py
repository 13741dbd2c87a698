"""A rulebook: rules that parties agreed on, what was changed in them since, and what records say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl

from irrupt.agreement.bounds import Bound, Each
from irrupt.organisation.authorship import Authority, Force, authors_of, seen_by
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.verdicts import Verdict
from irrupt.wall import in_utc

BROKEN_COLUMNS: dict[str, pl.DataType] = {
    "case": pl.String(),
    "client": pl.String(),
    "arrival": pl.Datetime("us", "UTC"),
    "broken": pl.Datetime("us", "UTC"),
    "by": pl.Float64(),
}
"""One row per case that breaks a rule: when it did (a time limit, when its time was up, whether or not the step came
later), and by how many seconds where the rule is a time limit."""

BREACH_COLUMNS: dict[str, pl.DataType] = {
    "client": pl.String(),
    "plant": pl.String(),
    "part": pl.String(),
    "period": pl.Datetime("us", "UTC"),
    "plan": pl.String(),
    "issued": pl.Datetime("us", "UTC"),
    "notice": pl.Float64(),
    "before": pl.Float64(),
    "after": pl.Float64(),
    "broken": pl.Datetime("us", "UTC"),
    "by": pl.Float64(),
}
"""One row per quantity of a plan that breaks a rule, the worst first: for which part and period; the plan that changes
it, or that announced it, and so many days before the period; what was announced before, and what is announced or bought
after; when the rule was broken, and by which quantity. Of plans that mark too few periods as firm there is no period
and no quantity: `after` and `by` are the periods that they mark, and lack."""

Answer = Literal["kept", "broken", "within chance", "cannot be told", "not in force"]
"""`within chance`: broken in more cases than agreed, but so few that chance alone may have made it; `not in force`: at
no moment of the records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a rule rests on, for one party: a measure without the rule and with it, as runs or records had it.

    What new records say of the rule is another matter.
    """

    source: str
    """The records, or the comparison."""
    measure: str
    """A measure of the ledgers; or the stable name of a change that was found in records."""
    of: str
    """Whose measure it is."""
    unit: str = ""
    without: float | None = None
    with_: float | None = None
    low: float | None = None
    high: float | None = None
    """The interval of the difference, with minus without. None: not known."""
    matters: float | None = None
    """The smallest difference that matters. None: not known."""
    claimed: Literal["fall", "rise"] | None = None
    """What was claimed of this party's measure; None: nothing."""
    verdict: Verdict | None = None
    """Of runs: what the difference is worth."""
    date: datetime | None = None
    """Of records: when it changed for this party, where that is plain, and from when to when that may lie."""
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule in force between two moments."""

    text: str = ""
    """The rule in the words of those who agreed on it; empty: they gave none, and what it binds says it."""
    binds: Bound | None = None
    """None: nothing that records can keep or break."""
    author: str = ""
    agreed_by: tuple[str, ...] = ()
    """Who else agreed to it, where that is known."""
    force: Force = "negotiated"
    authority: Authority = "agreed"
    """`inferred`: records keep it as a habit, and nobody has confirmed that it is a rule."""
    written: bool = True
    visible_to: tuple[str, ...] = ()
    """Nobody named: everybody."""
    since: datetime | None = None
    until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Whether it is in force at *moment*."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Founding rules, and what was changed in them since. The rules at any moment are the one with the other."""

    name: str
    timezone: str = "UTC"
    """On whose clock hours are counted."""
    founding: Mapping[str, Rule] = field(default_factory=dict)
    changes: tuple[RuleChange, ...] = ()
    """By time. Their edits are of the part `rulebook`: a rule before and after, None where there is none."""

    def at(self, moment: datetime) -> dict[str, Rule]:
        """Name -> rule in force at *moment*, names sorted. A moment without a zone is on the rulebook's clock."""
        moment = in_utc(moment, self.timezone)
        rules = replace(self, changes=tuple(one for one in self.changes if one.time <= moment)).latest()
        return {name: rule for name, rule in sorted(rules.items()) if rule.holds(moment)}

    def latest(self) -> dict[str, Rule]:
        """Name -> rule as the last change left it, whether it is in force by now or not."""
        rules = dict(self.founding)
        for change in self.changes:
            _amend(rules, change)
        return rules

    def between(self, begin: datetime, end: datetime) -> dict[str, tuple[Rule | None, Rule | None]]:
        """Name -> the rule in force at *begin* and at *end*, of those that differ, names sorted; None: none is."""
        before, after = self.at(begin), self.at(end)
        names = sorted({*before, *after})
        return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}

    def where(
        self, *, author: str | None = None, rule: str | None = None, since: datetime | None = None
    ) -> tuple[RuleChange, ...]:
        """The changes that *author* made or agreed to, of the rule called *rule*, made after *since*."""
        since = None if since is None else in_utc(since, self.timezone)
        return tuple(
            change
            for change in self.changes
            if author in (None, *change.authors)
            and (since is None or change.time > since)
            and (rule is None or any(edit.key == rule for edit in change.edits))
        )

    def parties(self) -> set[str]:
        """Who is known in it as a party: who wrote, agreed to or may see a rule or a change, or is bound by one."""
        changed = [rule for change in self.changes for edit in change.edits for rule in (edit.before, edit.after)]
        rules = [rule for rule in (*self.founding.values(), *changed) if rule is not None]
        bound = {getattr(rule.binds, name, None) for rule in rules for name in ("client", "team")}
        named = {name for one in (*rules, *self.changes) for name in (*authors_of(one), *one.visible_to)}
        return {name for name in {*bound, *named} if name}

    def seen_by(self, party: str) -> Rulebook:
        """What *party* can see of it: rules and changes that are visible to everybody, or to it, or that it wrote. A
        rule that it saw ends for it where what becomes of it is hidden; what that is, and why, it is not told."""

        def seen(rule: Rule | None) -> Rule | None:
            return rule if rule is not None and seen_by(rule, party) else None

        founding = {name: rule for name, rule in self.founding.items() if seen(rule) is not None}
        changes = []
        for change in self.changes:
            edits = [replace(edit, before=seen(edit.before), after=seen(edit.after)) for edit in change.edits]
            shown = tuple(edit for edit in edits if edit.before is not None or edit.after is not None)
            if shown and change.seen_by(party):
                changes.append(replace(change, edits=shown))
            elif gone := tuple(edit for edit in shown if edit.after is None):
                called = gone[0].before.text or gone[0].key
                plain = replace(change, rule=called, reason="", answers="", claim=None, visible_to=())
                changes.append(replace(plain, edits=gone))
        return replace(self, founding=founding, changes=tuple(changes))

    def versions(self) -> Iterator[tuple[str, Rule, datetime, datetime]]:
        """Every wording of every rule, and from when until when it was in force; rules in the order of the file."""
        rules: dict[str, tuple[Rule, datetime]] = {name: (rule, EVER) for name, rule in self.founding.items()}
        found: list[tuple[str, Rule, datetime, datetime]] = []
        for change in self.changes:
            for edit in change.edits:
                if edit.key in rules:
                    found.append((edit.key, *rules.pop(edit.key), change.time))
                if edit.after is not None:
                    rules[edit.key] = (edit.after, change.time)
        found += [(name, rule, begin, NEVER) for name, (rule, begin) in rules.items()]
        order = {name: place for place, name in enumerate(dict.fromkeys([*self.founding, *(one[0] for one in found)]))}
        for name, rule, begin, end in sorted(found, key=lambda one: (order[one[0]], one[2])):
            begin, end = max(begin, rule.since or begin), min(end, rule.until or end)
            if begin < end:
                yield name, rule, begin, end


EVER = datetime(1, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When what nobody dated begins, and ends."""


def _amend(rules: dict[str, Any], change: RuleChange) -> None:
    for edit in change.edits:
        if edit.after is None:
            rules.pop(edit.key, None)
        else:
            rules[edit.key] = edit.after


Counted = Literal["cases", "periods", "quantities", "plans"]
"""What is judged one by one: cases; whole periods of a measure; quantities of parts and periods in plans; plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period, and how a rule was kept in it."""

    begin: datetime
    judged: int
    """Cases that arrived in it, or quantities of plans, that can be judged; for a measure on events 1, or 0 when
    nothing was measured."""
    broken: int
    value: float
    """Share of cases that keep the rule, or the value of the measure."""
    kept: bool
    unsure: bool = False
    """Whether it depends on service times that had to be assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What records say of one wording of a rule."""

    name: str
    rule: Rule
    begin: datetime | None
    end: datetime | None
    """From when until when the records and the rule overlap; of one that is not in force, from when until when it
    would be, None: as long as anybody knows."""
    over: bool = False
    """Whether this wording ended before the records do: then `end` is the first moment at which it does not hold."""
    answer: Answer
    why: str = ""
    """Why it cannot be told, or when else it is in force."""
    judged: int = 0
    broken: int = 0
    open: int = 0
    """Cases of which it is not known yet."""
    early: int = 0
    """Cases that break it and do not count yet: were they to keep it, that would not be known either."""
    free: int = 0
    """Cases that it does not bind, as what it is about does not occur in them."""
    counted: Counted = "cases"
    """What *judged*, *broken* and *open* count."""
    each: Each = "week"
    """How long the *spans* are, ..."""
    step: Each = "week"
    """... and the periods of the plans."""
    ahead: int | None = None
    """Of what was announced beside what was bought: how many periods ahead; None: it is not about that."""
    share: float = float("nan")
    """Share of what is counted that keeps it..."""
    low: float = float("nan")
    high: float = float("nan")
    """... and the 95 % interval of the share that chance allows for (Wilson 1927)."""
    value: float = float("nan")
    """The measure over all plans, where it is measured on schedules..."""
    value_low: float = float("nan")
    value_high: float = float("nan")
    """... and its 95 % interval."""
    first_broken: datetime | None = None
    broken_since: datetime | None = None
    """The begin of the periods, without interruption up to the last one, in which it is not kept."""
    spans: tuple[Span, ...] = ()
    cases: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BROKEN_COLUMNS))
    breaches: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BREACH_COLUMNS))
    """What breaks it in plans, the worst first."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Kept:
    """What records say of a rulebook, rule by rule."""

    rulebook: Rulebook
    source: str
    """The records."""
    begin: datetime
    end: datetime
    judged: tuple[Judged, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        answers = Counter(one.answer for one in self.judged)
        told = ", ".join(f"{count} {answer}" for answer, count in sorted(answers.items()))
        return f"<Kept in {self.source!r}: {told}>"

    @property
    def broken(self) -> bool:
        """Whether any rule is broken, more often than chance allows for. One that is only inferred binds nobody."""
        return any(one.answer == "broken" and one.rule.authority != "inferred" for one in self.judged)

    def cases(self) -> pl.DataFrame:
        """Every case that breaks a rule, with the rule's name in front."""
        return _named([(one.name, one.cases) for one in self.judged], BROKEN_COLUMNS)

    def breaches(self) -> pl.DataFrame:
        """Every quantity of plans that breaks a rule, with the rule's name in front."""
        return _named([(one.name, one.breaches) for one in self.judged], BREACH_COLUMNS)


def _named(tables: Sequence[tuple[str, pl.DataFrame]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    parts = [table.select(pl.lit(name).alias("rule"), pl.all()) for name, table in tables]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"rule": pl.String(), **columns})
