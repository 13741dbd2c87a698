"""What stands out, as sentences with numbers and intervals, the most important first."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags
from irrupt.chronicle import Chronicle
from irrupt.chronicle.client import is_act
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CLOCK, LAST
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.ledgers import Measure
from irrupt.ledgers import definitions as measure
from irrupt.sight import changes, clients, intervals, together, waiting, ways, words
from irrupt.sight.entries import week_of
from irrupt.sight.model import ClientAct, Entry, Finding, FoundChange
from irrupt.sight.records import names_client_steps
from irrupt.sight.scene import Scene
from irrupt.sight.split import BATCH, CLOCK_TIME, HOURS, PERSON, REST, WORK
from irrupt.sight.split import UNEXPLAINED as NOT_EXPLAINED
from irrupt.sight.waiting import SURE
from irrupt.sight.waves import brought, dated, waves

Weighed = tuple[float, Finding]
"""How much a finding matters, from 0 to 1, and the finding."""
_TOLD = 0.01
"""Part of the time of a case from which on a sort of it is told of."""
EVEN, LEAST_TOGETHER = 1.25, 0.02
"""How many times an even share the largest client or team must surely have, and what the largest clients together."""
MOSTLY = 0.6
NEARLY_ALL = 0.95
_OFTEN, _RARE, _FEW_CASES = 0.05, 0.001, 3
"""Share of cases from which on what is done in them is told, however few they are; else it must be done in as many
cases, and in such a share of them."""


def findings(
    scene: Scene,
    co_production: tuple[ClientAct, ...],
    changed: tuple[FoundChange, ...] = (),
    more: tuple[Weighed, ...] = (),
) -> tuple[Finding, ...]:
    """All findings of *scene*, and *more*, the most important first."""
    found: list[Weighed] = [
        *_waits(scene),
        *waiting.findings(scene),
        *waiting.batches(scene),
        *together.findings(scene),
        *clients.waits(scene),
        *clients.procedures(scene),
        *_co_production(scene, co_production),
        *_changes(changed, scene.chronicle.timezone),
        *more,
        *_concentration(scene),
        *_rework(scene),
        *waves(scene),
        *brought(scene),
        *dated(scene),
        *_load(scene),
        *_hours(scene),
    ]
    return tuple(finding for _weight, finding in sorted(found, key=lambda one: -one[0]))


def _changes(changed: tuple[FoundChange, ...], timezone: str) -> Iterator[Weighed]:
    for one in changed:
        if one.verdict != "refuted":
            numbers = {"change": one.name, "before": one.before, "after": one.after, "p": one.p}
            weight = 0.5 + 0.4 * min(abs(one.after - one.before), 1.0)
            yield weight, Finding(text=changes.told(one, timezone), kind="rule change", numbers=numbers)


def organising(chronicle: Chronicle) -> tuple[str, ...]:
    """The rule changes that the records hold, as sentences; nothing is inferred."""
    said = []
    for row in chronicle.rules.sort("time", nulls_last=True, maintain_order=True).iter_rows(named=True):
        when = "" if row["time"] is None else f"{row['time']:%Y-%m-%d}: "
        who = row["author"] or _("somebody")
        before, after = _in_words(row["before"]), _in_words(row["after"])
        change = [
            text
            for text in (
                _("was: {before}").format(before=before) if before else "",
                _("is now: {after}").format(after=after) if after else "",
                _("reason: {reason}").format(reason=row["reason"]) if row["reason"] else "",
            )
            if text
        ]
        rule = row["rule"] or _("a rule without a name")
        said.append(
            when + _("changed by {who}: {rule}").format(who=who, rule=rule) + "".join(f"; {one}" for one in change)
        )
    return tuple(said)


def _in_words(side: str | None) -> str:
    """What was, or is now; nothing where that is told for machines only, as entries of an organisation."""
    return "" if side is None or side.startswith("{") else side


def _told(scene: Scene, one: Measure, party: str) -> Entry | None:
    entry = scene.entries.get((one.name, party))
    return None if entry is None or math.isnan(entry.value) else entry


def _ends(entry: Entry) -> tuple[float, float, float]:
    return entry.value, entry.low, entry.high


def _bounded(entry: Entry, whole: float) -> str:
    """A duration with its interval, wider in the proportion by which assumed starts may be wrong, as a part of a
    *whole*."""
    if entry.bracket is None:
        return words.duration(*_ends(entry), whole=whole)
    least, most = entry.bracket
    if entry.value > 0 and not math.isnan(entry.low):
        least, most = least * entry.low / entry.value, most * entry.high / entry.value
    return words.duration(entry.value, least, most, whole=whole)


def _waits(scene: Scene) -> Iterator[Weighed]:
    cycle = _told(scene, measure.CYCLE, ALL_CLIENTS)
    if cycle is None:
        return
    if cycle.value == 0:
        text = _("All steps of a case bear the same time: how long cases take, and for whom they wait, cannot be told.")
        yield 1.0, Finding(text=text, kind="waits")
        return
    of = (measure.FOR_US, measure.FOR_CLIENT, measure.UNEXPLAINED, measure.WORKING)
    parts = {one.name: _told(scene, one, ALL_CLIENTS) for one in of}
    said = _spent_on(scene, cycle, *parts.values())
    time = words.duration(*_ends(cycle))
    text = _("A case takes {time} from arrival to end.").format(time=time)
    if said:
        text = _("A case takes {time} from arrival to end: {parts}.").format(time=time, parts=_("; ").join(said))
    if scene.bounded and _worked(parts[measure.WORKING.name]):
        some = _("Some steps lack start times: the brackets also hold the shortest and the longest work.")
        none = _("The records lack start times: the brackets also hold the shortest and the longest work.")
        text += " " + (some if scene.chronicle.starts == "measured" else none)
    numbers = {measure.CYCLE.name: list(_ends(cycle))} | {n: list(_ends(e)) for n, e in parts.items() if e is not None}
    if (work := parts[measure.WORKING.name]) is not None and _worked(work):
        numbers[WORK] = list(_ends(waiting.work_passed(scene, work)))
    yield 1.0, Finding(text=text, kind="waits", numbers=numbers)


def _spent_on(
    scene: Scene, cycle: Entry, us: Entry | None, client: Entry | None, delay: Entry | None, work: Entry | None
) -> list[str]:
    """What the time of a case is spent on, in words: what takes most first, work last."""
    said: list[tuple[float, str]] = []
    whole = cycle.value
    if us is not None and work is not None and max(us.value, *(us.bracket or (0.0,))) >= _TOLD * cycle.value:
        said.append((us.value, _for_us(scene, _bounded(us, whole))))
    if client is not None and client.value >= _TOLD * cycle.value:
        said.append((client.value, _waited(scene, _bounded(client, whole))))
    kept, rest, batch, dark = waiting.mean_hours(scene, CLOCK_TIME, REST, BATCH, NOT_EXPLAINED)
    if us is None and batch[0] >= _TOLD * cycle.value:
        text = _("it waits {time} until a batch is gathered")
        said.append((batch[0], text.format(time=words.duration(*batch, whole=whole))))
    if us is None and delay is None and dark[0] >= _TOLD * cycle.value:
        text = _("for {time} the records do not tell what it waits for")
        said.append((dark[0], text.format(time=words.duration(*dark, whole=whole))))
    if kept[0] >= _TOLD * cycle.value:
        said.append((kept[0], _kept_by_clocks(scene, words.duration(*kept, whole=whole))))
    if rest[0] >= _TOLD * cycle.value:
        text = _("for {time} it is over, until the client takes it up again")
        said.append((rest[0], text.format(time=words.duration(*rest, whole=whole))))
    if delay is not None and delay.value >= _TOLD * cycle.value:
        said.append((delay.value, _delay(scene, words.duration(*_ends(delay), whole=whole))))
    if us is not None and work is not None and _worked(work):
        said.append((-1.0, _work_said(work, waiting.work_passed(scene, work), whole)))
    return [text for _hours, text in sorted(said, key=lambda one: -one[0])]


def _for_us(scene: Scene, time: str) -> str:
    """What is said of the time that cases wait for the organisation, or seem to."""
    if not names_client_steps(scene.chronicle, scene.rows):
        return _("it waits {time}, for whom the records do not tell").format(time=time)
    before = np.sum([waiting.by_activity(scene, part) for part in (PERSON, HOURS)], axis=0)
    roles = {one.activity: one.role for one in scene.chronicle.whose_acts}
    names = scene.legend.activities
    untold = np.array([roles.get(name) == "unknown" for name in names], bool)
    most = int(np.argmax(before))
    if np.max(before) >= MOSTLY * np.sum(before) and untold[most] and is_act(names[most]):
        text = _("it waits for us {time}, unless “{activity}” is the client's own act, before which most of it passes")
        return text.format(time=time, activity=names[most])
    if np.sum(before[untold]) < MOSTLY * np.sum(before):
        return _("it waits for us {time}").format(time=time)
    return _("it waits {time}, mostly before acts of which the records do not tell whose they are").format(time=time)


def _work_said(work: Entry, passed: Entry, whole: float) -> str:
    """For how long somebody works on a case; and how much *work* that is, where some of it is done side by side."""
    time = _bounded(passed, whole)
    if work.value <= (1 + _TOLD) * passed.value:
        return _("somebody works on it {time}").format(time=time)
    text = _("somebody works on it {time}, which is {hours} of work, some of it side by side")
    return text.format(time=time, hours=words.duration(work.value, whole=whole))


def _worked(work: Entry | None) -> bool:
    """Whether somebody is seen to work, or may have."""
    return work is not None and max(work.value, *(work.bracket or (0.0,))) > 0


def _waited(scene: Scene, time: str) -> str:
    """How long we wait for the client; with how sure it is that it is he, where that is open to doubt."""
    sure = waiting.sure_of_client(scene)
    if sure >= SURE:
        return _("we wait for the client {time}").format(time=time)
    text = _("we wait {time}, it seems for the client ({sure} sure)")
    return text.format(time=time, sure=words.percent(sure))


def _kept_by_clocks(scene: Scene, time: str) -> str:
    """What is said of the time that passes until a clock lets a step come."""
    before = waiting.by_activity(scene, CLOCK_TIME)
    if before.max() < MOSTLY * before.sum():
        return _("{time} pass until a time that a clock keeps").format(time=time)
    text = _("{time} pass until a time that a clock keeps, mostly before “{activity}”")
    return text.format(time=time, activity=scene.legend.activities[int(before.argmax())])


def _delay(scene: Scene, time: str) -> str:
    """What is said of the time that passes before steps on which nobody is seen to work, or without a known reason."""
    if scene.chronicle.starts == "measured":
        return _("{time} pass for reasons that the records do not tell").format(time=time)
    rows = scene.rows
    counts = ~np.isnan(rows.ready) & (rows.flags & (CLIENT_WAIT | CLIENT_ACT | CLOCK) == 0) & (rows.activity >= 0)
    passed = (rows.ready - rows.enabled)[counts]
    before = np.bincount(rows.activity[counts], passed, len(scene.legend.activities))
    if before.max() < MOSTLY * passed.sum():
        return _("{time} pass before steps on which nobody is seen to work").format(time=time)
    text = (
        _("{time} pass before “{activity}”, on which nobody is seen to work")
        if before.max() >= NEARLY_ALL * passed.sum()
        else _("{time} pass before steps on which nobody is seen to work, mostly “{activity}”")
    )
    return text.format(time=time, activity=scene.legend.activities[int(before.argmax())])


def _co_production(scene: Scene, acts: tuple[ClientAct, ...]) -> Iterator[Weighed]:
    for role, sentence in (
        ("client act", _("Clients do part of the work themselves: {what}.")),
        ("waiting for the client", _("The organisation waits for the client after {what}.")),
    ):
        shares = {act.activity: act.share_of_cases[ALL_CLIENTS] for act in acts if act.role == role}
        shares = {activity: share for activity, share in shares.items() if not _is_rare(scene, share)}
        if not shares:
            continue
        named = [
            _("“{activity}”{sure} in {share} of cases").format(
                activity=name, sure=_how_sure(scene, name), share=words.percent(share, *_interval_of(scene, name, role))
            )
            for name, share in sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:4]
        ]
        text = sentence.format(what=", ".join(named))
        yield 0.5 + 0.4 * max(shares.values()), Finding(text=text, kind="co-production", numbers=dict(shares))


def _is_rare(scene: Scene, share: float) -> bool:
    """Whether what happens in this *share* of the cases is too rare to be told as what clients do."""
    return share < max(_RARE, min(_OFTEN, _FEW_CASES / max(int(scene.ended.sum()), 1)))


def _how_sure(scene: Scene, activity: str) -> str:
    """How sure it is whose act *activity* is, where that is open to doubt."""
    sure = next((one.sure for one in scene.chronicle.whose_acts if one.activity == activity), 1.0)
    return " " + _("({sure} sure)").format(sure=words.percent(sure)) if sure < SURE else ""


def _interval_of(scene: Scene, activity: str, role: str) -> intervals.Interval:
    """Interval of the share of cases in which *activity* happens."""
    happens = _happens(scene, scene.legend.activities.index(activity), role)
    week = week_of(scene.cases.arrival[scene.ended], scene.ledgers.window)
    return intervals.of_share(happens[scene.ended], week)


def _concentration(scene: Scene) -> Iterator[Weighed]:
    total = sum(scene.counts.values())
    if len(scene.counts) < 2 or total == 0:
        return
    name, most = next(iter(scene.counts.items()))
    share, few = most / total, min(10, len(scene.counts))
    first = sum(list(scene.counts.values())[:few]) / total
    part = 1 if few == len(scene.counts) else few
    low, _high = intervals.wilson(share if part == 1 else first, total)
    if low * len(scene.counts) / part < EVEN or first < LEAST_TOGETHER:
        return
    if few < len(scene.counts):
        text = _(
            "The largest of {clients} clients, {name}, asks for {share} of the cases; the {few} largest for {first}."
        )
    else:
        text = _("The largest of {clients} clients, {name}, asks for {share} of the cases.")
    said = text.format(
        clients=words.count(len(scene.counts)),
        name=name,
        share=words.percent(share, *intervals.wilson(share, total)),
        few=few,
        first=words.percent(first),
    )
    numbers = {"clients": len(scene.counts), "client": name, "share": share, f"share of the {few} largest": first}
    yield 0.3 + 0.4 * share, Finding(text=said, kind="concentration", numbers=numbers)


def _rework(scene: Scene) -> Iterator[Weighed]:
    entry = _told(scene, measure.REWORK, ALL_CLIENTS)
    if entry is None or entry.value == 0:
        return
    again = ways.done_again(scene.rows, len(scene.legend.activities))
    activity = scene.legend.activities[int(again.argmax())]
    text = _("In {share} of cases an activity is done more than once, most often “{activity}”.")
    numbers = {"share": list(_ends(entry)), "activity": activity, "cases": int(again.max())}
    said = text.format(share=words.percent(*_ends(entry)), activity=activity)
    yield 0.3 + 0.4 * entry.value, Finding(text=said, kind="rework", numbers=numbers)


def _load(scene: Scene) -> Iterator[Weighed]:
    done = {name: e.value for (one, name), e in scene.entries.items() if one == measure.STEPS_DONE.name}
    total = done.pop(ALL_TEAMS, 0.0)
    if len(done) < 2 or total <= 0:
        return
    rows = scene.with_given_up
    some = (rows.team >= 0) & (rows.flags & CLIENT_ACT == 0)
    if not some.any():
        return
    at = int(np.bincount(rows.team[some]).argmax())
    team, mine = scene.legend.teams[at], rows.team[some] == at
    share = float(mine.mean())
    text = _("Of {teams} teams, one does {share} of the steps: {team}.")
    week = week_of(rows.end[some], scene.ledgers.window)
    ends = intervals.of_share_of(mine.astype(np.float64), np.ones(len(mine)), week)
    if (ends[0] if math.isfinite(ends[0]) else share) * len(done) < EVEN:
        return
    said = text.format(teams=words.count(len(done)), team=team, share=words.percent(share, *ends))
    yield 0.2 + 0.3 * share, Finding(text=said, kind="load", numbers={"team": team, "share": [share, *ends]})


def _hours(scene: Scene) -> Iterator[Weighed]:
    entry = _told(scene, measure.OUT_OF_HOURS, ALL_TEAMS)
    if entry is None or entry.value < 0.01:
        return
    text = _("{share} of the steps are finished outside Monday to Friday, 09:00 to 17:00.")
    said = text.format(share=words.percent(*_ends(entry)))
    yield 0.2 + 0.4 * entry.value, Finding(text=said, kind="hours", numbers={"share": list(_ends(entry))})


def client_acts(scene: Scene) -> tuple[ClientAct, ...]:
    """What clients do, and after what the organisation waits for them, with the share of cases per party."""
    chronicle, legend, ended = scene.chronicle, scene.legend, scene.ended
    parties = {name: ended & np.isin(scene.cases.client, numbers) for name, numbers in parties_of_scene(scene)}
    found = []
    for role, names in (("client act", chronicle.client_acts), ("waiting for the client", chronicle.waits_for_client)):
        for at, activity in enumerate(legend.activities):
            if activity not in names:
                continue
            happens = _happens(scene, at, role)
            shares = {party: float(happens[his].mean()) if his.any() else math.nan for party, his in parties.items()}
            found.append(ClientAct(activity=activity, role=role, share_of_cases=shares))

    def place(one: ClientAct) -> tuple[bool, str, float, str]:
        share = one.share_of_cases[ALL_CLIENTS]
        return _is_rare(scene, share), one.role, -share, one.activity

    return tuple(sorted(found, key=place))


def _happens(scene: Scene, activity: int, role: str) -> Flags:
    """Whether each case meets an activity, also where it was given up; of waits, whether something came after it: in
    the others nobody has waited yet."""
    rows = scene.with_given_up
    here = rows.activity == activity
    if role == "waiting for the client":
        here &= rows.flags & LAST == 0
    happens = np.zeros(scene.size, bool)
    happens[rows.case[here]] = True
    return happens[scene.cases.number]


def parties_of_scene(scene: Scene) -> list[tuple[str, list[int]]]:
    """Each party with the numbers of its clients."""
    return [(party, list(numbers)) for party, numbers in scene.parties.clients.items()]


def client_counts(events: pl.DataFrame) -> dict[str, int]:
    """Client -> number of his cases, largest first; empty when no client is named."""
    named = events.lazy().filter(pl.col("client").is_not_null() & (pl.col("client") != ""))
    counts = named.group_by("client").agg(pl.col("case").n_unique().alias("cases"))
    ordered = counts.sort(["cases", "client"], descending=[True, False]).collect()
    return dict(ordered.iter_rows())
