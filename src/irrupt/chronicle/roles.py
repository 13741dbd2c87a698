"""Which column is what: the case, the activity, the times, who worked, for which client.

Names propose, contents decide: a column is taken for a role only if what it holds can be that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once, filled
from irrupt.chronicle.candidates import changes_within, could_be_case, names_people
from irrupt.chronicle.durations import DURATION
from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import BARE, called, name_score, plain, says_number
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.lacking import missing_role, unreadable_times
from irrupt.chronicle.schedules import roles as schedules
from irrupt.chronicle.schedules.stems import MOST
from irrupt.chronicle.times import readable_share
from irrupt.chronicle.transitions import COMPLETE, START, standard
from irrupt.chronicle.visitors import names_visitor, only_clients_act
from irrupt.errors import DataError, Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _

ROLES = ("case", "activity", "start", "end", "resource", "team", "client", "lifecycle")
LISTS = ("waits", "acts", "toward", "inside", "work")
"""Roles that say something of activities rather than name a column."""
TIMES = "times"
"""The role that says how times are written rather than names a column."""

_COUNTED = ("quantity", "actual", "value", "period")
"""Roles of schedules: what is called so is no case."""
NOT_KEYED: Mapping[str, str] = {}
"""No column tells of the values of another one."""
_NEEDED = ("case", "activity", "end")
_SAMPLE = 200_000
_CALLED = 0.5
"""How well a name tells of something, more than that."""
_OWN, _SURELY, _CALLED_SO = 0.9, 0.96, 0.8
"""Share of somebody's work that is done in his team, at least; from which score on a name leaves no doubt, and from
which on it says so in as many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a column holds, in figures."""

    name: str
    distinct: int
    filled: float
    """Share of rows with a value."""
    text: bool
    readable: float
    """Share of a sample of values that are times."""
    numeric: bool


def resolve(
    raw: Raw,
    frame: pl.DataFrame,
    mapping: Mapping[str, str] | None,
    client: str | None,
    groups: str | None = None,
) -> dict[str, str]:
    """Role -> column: as asked in *mapping* and *client*, else as the format says, else guessed from *frame*.

    *frame* holds the rows of *raw* with missing values made null. What clients are shown together by, *groups*, is
    taken for another role only where nothing else can be that. Raises `UsageError` for roles and
    columns that do not exist, and `DataError` when a needed role cannot be filled, with all faults.
    """
    asked = _asked(raw, mapping or {}, client)
    roles = {**{role: column for role, column in raw.roles.items() if column not in asked.values()}, **asked}
    if not raw.settled:
        roles = _guessed(raw, frame, roles, called(frame.columns, groups) if groups else None)
    missing = [role for role in _NEEDED if role not in roles]
    if missing:
        likely = could_be_case(frame) if "case" in missing else None
        unread = unreadable_times(raw, frame, roles) if "end" in missing else None
        raise DataError(
            unread if role == "end" and unread else missing_role(raw, role, likely if role == "case" else None)
            for role in missing
        )
    return roles


def _guessed(raw: Raw, frame: pl.DataFrame, roles: dict[str, str], groups: str | None) -> dict[str, str]:
    """*roles* and what is guessed beside them: without the column *groups*, unless there is nothing else to be what is
    needed to show clients."""
    if groups is not None:
        apart = {**roles}
        guess(frame.drop(groups), apart, raw.keyed)
        if {*_NEEDED, "client"} <= set(apart):
            return apart
    guess(frame, roles, raw.keyed)
    return roles


def _asked(raw: Raw, mapping: Mapping[str, str], client: str | None) -> dict[str, str]:
    wanted = {role: column for role, column in mapping.items() if role not in (*LISTS, TIMES, DURATION)}
    if client is not None:
        wanted["client"] = client
    columns = [name for name in raw.frame.columns if name != ROW]
    known = {role: called(columns, column) for role, column in wanted.items()}
    unknown = [
        Fault(
            "mapping",
            _('no role "{role}"').format(role=role),
            remedy=did_you_mean(role, (*ROLES, *LISTS, TIMES, DURATION)),
        )
        for role in wanted
        if role not in ROLES
    ]
    absent = [
        Fault(raw.name, _('no column "{column}" ({role})').format(column=c, role=r), remedy=did_you_mean(c, columns))
        for r, c in wanted.items()
        if r in ROLES and known[r] is None
    ]
    if unknown or absent:
        raise UsageError([*unknown, *absent])
    return {role: column for role, column in known.items() if column is not None}


def guess(frame: pl.DataFrame, roles: dict[str, str], keyed: Mapping[str, str] = NOT_KEYED) -> None:
    """Fill the empty *roles* from the names and contents of the columns of *frame*. *keyed*: what tells of each value
    of another column, as of a case: that is no step of it."""
    facts = {c: _facts(frame, c) for c in frame.columns if c != ROW and c not in roles.values()}
    if "case" not in roles:
        named = _best("case", _no_steps(frame, [f for f in facts.values() if _can_be_case(f, frame.height)]))
        known = named or _groups(frame, facts.values()) or _bare(facts.values(), frame.height)
        _take(roles, facts, "case", known or _numbered(frame, facts))
    case = roles.get("case")
    if "start" not in roles:
        starts = [f for f in facts.values() if f.readable > 0.5 and name_score("start", f.name) > 0]
        named = _best("start", _moving(frame, case, starts))
        _take(roles, facts, "start", named or _of_single_steps(frame, case, starts))
    if "end" not in roles:
        times = [f for f in facts.values() if f.readable > 0.5 and name_score("start", f.name) <= 0.5]
        moving = list(_moving(frame, case, times))
        ends = _best("end", moving) or (moving[0].name if len(moving) == 1 else _latest(frame, moving))
        _take(roles, facts, "end", ends or _best("end", times) or (times[0].name if len(times) == 1 else None))
        if "end" not in roles and "start" in roles:
            roles["end"] = roles.pop("start")
    if "lifecycle" not in roles:
        _take(roles, facts, "lifecycle", _lifecycle(frame, facts.values()))
    if "activity" not in roles:
        steps = [f for f in facts.values() if not _keyed_by(f.name, case, keyed)]
        _take(roles, facts, "activity", _what_was_done(frame, case, steps))
    _visitors(frame, roles, facts)
    _people(frame, roles, facts)


def _keyed_by(column: str, case: str | None, keyed: Mapping[str, str]) -> bool:
    """Whether *column* tells of the *case*, or of what another column tells of it."""
    above = keyed.get(column)
    return above is not None and (above == case or _keyed_by(above, case, keyed))


def _visitors(frame: pl.DataFrame, roles: dict[str, str], facts: dict[str, Facts]) -> None:
    """Who visits a site is the client of what is done there; where nothing else tells cases apart, each is one."""
    if "activity" not in roles or "client" in roles:
        return
    groups = (f for f in facts.values() if f.filled > _OWN and f.readable < 0.5 and f.distinct > 1)
    named = [f for f in groups if names_visitor(f.name)]
    case = roles.get("case")
    if case is None:
        named = [f for f in named if f.distinct < min(frame.height, _SAMPLE)]
    else:
        named = [f for f in named if steady(frame, case, f.name)]
    if not named or not only_clients_act(frame[roles["activity"]].drop_nulls().unique().sort().cast(pl.String)):
        return
    client = max(named, key=lambda f: (name_score("client", f.name), f.distinct, f.name)).name
    if case is None:
        roles["case"] = client
    _take(roles, facts, "client", client)


def _people(frame: pl.DataFrame, roles: dict[str, str], facts: dict[str, Facts]) -> None:
    """Who worked, in which team, for which client."""
    groups = [f for f in facts.values() if f.filled > 0 and f.readable < 0.5]
    if "client" not in roles and "case" in roles:
        clients = [f for f in groups if _can_be_client(f)]
        _take(roles, facts, "client", _best("client", (f for f in clients if steady(frame, roles["case"], f.name))))
    groups = [f for f in groups if f.name in facts]
    if "resource" not in roles:
        _take(roles, facts, "resource", _best("resource", groups))
    groups = [f for f in groups if f.name in facts]
    if "team" not in roles:
        teams = [f for f in groups if f.distinct > 1 or name_score("team", f.name) > 0.9]
        teams = [f for f in teams if not _counts_labor(frame[f.name])]
        named = _best("team", (f for f in teams if not _of_the_case(frame, roles, f.name)))
        _take(roles, facts, "team", named or _machines(roles, groups))


def _counts_labor(column: pl.Series) -> bool:
    """Whether *column* tells how much labor something took, rather than which laboratory, `Labor` in German, did it."""
    if plain(column.name) != "labor":
        return False
    return not texts_of(column.head(_SAMPLE).drop_nulls()).str.contains(r"\pL").any()


def _of_the_case(frame: pl.DataFrame, roles: Mapping[str, str], column: str) -> bool:
    """Whether *column* tells of cases rather than of who works: it stays within each, and the same people work on cases
    of all its values."""
    if not {"case", "resource"} <= set(roles) or name_score("team", column) >= _SURELY:
        return False
    if not steady(frame, roles["case"], column):
        return False
    sample = frame.lazy().select(who=roles["resource"], value=column).head(_SAMPLE).drop_nulls()
    mine = (
        sample.group_by("who", "value")
        .len()
        .group_by("who")
        .agg(pl.col("len").max().alias("most"), pl.col("len").sum())
    )
    counted = mine.select(pl.col("most", "len").sum()).collect()
    return bool(counted["most"].item() < _OWN * counted["len"].item())


def _machines(roles: dict[str, str], groups: list[Facts]) -> str | None:
    """A column "Resource" beside one of workers: the machine or place where they work."""
    if not {"worker", "employee", "staff", "person"} & set(plain(roles.get("resource", "")).split()):
        return None
    return next((f.name for f in groups if plain(f.name) == "resource" and f.distinct > 1), None)


def _take(roles: dict[str, str], facts: dict[str, Facts], role: str, column: str | None) -> None:
    if column is not None:
        roles[role] = column
        facts.pop(column, None)


_FILLED = pl.when(TEXT != "").then(TEXT)


def _facts(frame: pl.DataFrame, name: str) -> Facts:
    column = frame[name].head(_SAMPLE)
    text = column.dtype == pl.String or column.dtype in (pl.Categorical, pl.Enum)
    if text:
        column = at_once(column.cast(pl.String), _FILLED)
    numeric = column.dtype.is_numeric()
    if text:
        some = filled(column).head(1000)
        numeric = len(some) > 0 and some.str.contains(r"^\s*[-+]?\d+([.,]\d+)?\s*$").all()
    count = numeric and not column.dtype.is_temporal() and name_score("end", name) + name_score("start", name) == 0
    nested = column.dtype.is_nested()
    return Facts(
        name=name,
        distinct=0 if nested else filled(column).n_unique(),
        filled=1.0 - column.null_count() / max(len(column), 1),
        text=text,
        readable=0.0 if count else readable_share(column),
        numeric=numeric,
    )


def _best(role: str, facts: Iterable[Facts]) -> str | None:
    """The column whose name tells most of *role*; of equals, the one filled most, then by name."""
    scored = [(name_score(role, f.name), f.filled, f.name) for f in facts if f.filled > 0]
    scored = [entry for entry in scored if entry[0] > 0]
    return max(scored, key=lambda entry: (entry[0], entry[1], [-ord(c) for c in entry[2]]))[2] if scored else None


def _can_be_case(facts: Facts, rows: int) -> bool:
    score = name_score("case", facts.name)
    if facts.readable > 0.5 or not facts.distinct or score == 0 or name_score("client", facts.name) > 0.5 > score:
        return False
    return score > 0.5 or 1 < facts.distinct < min(rows, _SAMPLE)


def _no_steps(frame: pl.DataFrame, found: list[Facts]) -> list[Facts]:
    """Of columns that may be the case, those that are not what was done in another of them: `Vorgang` may be either."""
    sure = [f for f in found if name_score("case", f.name) > _CALLED]
    either = [f for f in sure if name_score("activity", f.name) > _CALLED]
    steps = [f for f in either if any(g.distinct > f.distinct and changes_within(frame, g.name, f.name) for g in sure)]
    return [f for f in found if f not in steps]


def _numbered(frame: pl.DataFrame, facts: Mapping[str, Facts]) -> str | None:
    """The one column that recurs as cases do, if it is called a number of nothing else."""
    found = could_be_case(frame)
    if found is None or found not in facts or any(name_score(role, found) for role in ROLES[1:]):
        return None
    return found if says_number(found) and not _is_counted(found) else None


def _is_counted(name: str) -> bool:
    return any(schedules.score(role, name) > MOST for role in _COUNTED)


def _can_be_client(facts: Facts) -> bool:
    """Whether its name tells of clients; of a single one only where it is called so, and most rows name him."""
    score = name_score("client", facts.name)
    if facts.distinct > 1:
        return score > 0.3
    return facts.distinct == 1 and score > 0.5 and facts.filled > 0.5


def _bare(facts: Iterable[Facts], rows: int) -> str | None:
    """The column of most values of those that are only called `Order` or `Id`, if several rows bear one."""
    found = [f for f in facts if plain(f.name) in BARE and 1 < f.distinct < min(rows, _SAMPLE) and f.filled > 0.99]
    return max(found, key=lambda f: (f.distinct, f.name)).name if found else None


def _groups(frame: pl.DataFrame, facts: Iterable[Facts]) -> str | None:
    """Without a telling name: the column of most values that each stand in several rows, ids or runs of equal ones."""
    several = [f for f in facts if 1 < f.distinct <= min(frame.height, _SAMPLE) / 1.5 and f.filled > 0.99]
    several = [f for f in several if f.readable < 0.5 and not any(name_score(role, f.name) for role in ROLES[1:])]
    several = [f for f in several if not _is_counted(f.name)]
    lying = [f for f in several if frame[f.name].head(_SAMPLE).rle_id().max() < 1.2 * f.distinct]  # type: ignore[operator]
    return max(lying, key=lambda f: (f.distinct, f.name)).name if lying else None


def _what_was_done(frame: pl.DataFrame, case: str | None, facts: Iterable[Facts]) -> str | None:
    """The column of activities. One that is called so may hold very many, but a number of its own for each row is
    taken only where nothing else can be it; and one that says the same in all of a case, where none says how it went
    on."""
    texts = [f for f in facts if f.text and f.readable < 0.5 and f.distinct > 0]
    few = [f for f in texts if f.distinct <= max(50, min(frame.height, _SAMPLE) // 3)]
    named = [f for f in texts if name_score("activity", f.name) > 0.5]
    shared = [f for f in named if f.distinct < 0.9 * frame.height]
    called = [f for f in few if name_score("activity", f.name) > 0]
    moving = _best("activity", _moving(frame, case, called)) if len(called) > 1 else None
    return (
        moving
        or _best("activity", few)
        or _best("activity", shared)
        or _by_content(frame, case, few)
        or _best("activity", named)
    )


def _moving(frame: pl.DataFrame, case: str | None, facts: Iterable[Facts]) -> Iterable[Facts]:
    """Those columns that move within cases: moments of events rather than of the case."""
    for fact in facts:
        if case is None or not steady(frame, case, fact.name):
            yield fact


def steady(frame: pl.DataFrame, case: str, column: str) -> bool:
    """Whether *column* keeps its value within nearly all cases that have several rows."""
    sample = frame.lazy().select(pl.col(case).alias("case"), pl.col(column).alias("value")).head(_SAMPLE)
    cases = sample.group_by("case").agg(pl.len().alias("n"), pl.col("value").drop_nulls().n_unique().alias("values"))
    several = cases.filter((pl.col("n") > 1) & (pl.col("values") > 0)).collect()
    return several.height == 0 or float((several["values"] == 1).mean() or 0.0) > 0.9  # type: ignore[arg-type]


def _of_single_steps(frame: pl.DataFrame, case: str | None, starts: Iterable[Facts]) -> str | None:
    """Of columns that may be *starts*, what is surely called so where each case has one row: nothing moves in one."""
    called = _best("start", (fact for fact in starts if name_score("start", fact.name) > _CALLED_SO))
    return called if called and case and frame[case].n_unique() == frame.height else None


def _latest(frame: pl.DataFrame, facts: list[Facts]) -> str | None:
    """Of several columns of times that move, the one with most distinct values."""
    return max(facts, key=lambda f: (f.distinct, f.filled, f.name)).name if facts else None


def _lifecycle(frame: pl.DataFrame, facts: Iterable[Facts]) -> str | None:
    for fact in sorted(facts, key=lambda f: (-name_score("lifecycle", f.name), f.name)):
        if not fact.text or fact.distinct > 20:
            continue
        words = frame[fact.name].drop_nulls().unique().cast(pl.String).str.strip_chars()
        if name_score("lifecycle", fact.name) > 0 and fact.distinct:
            return fact.name
        known = standard(words)
        if len(known) == len(words) and {START, COMPLETE} <= set(known.values()):
            return fact.name
    return None


def _by_content(frame: pl.DataFrame, case: str | None, facts: list[Facts]) -> str | None:
    """A column of few texts that changes within most cases: what happens there."""
    if case is None:
        return None
    changing = [f for f in facts if 1 < f.distinct <= 200 and not f.numeric and f.filled > 0.99]
    changing = [f for f in changing if changes_within(frame, case, f.name)]
    return max(changing, key=lambda f: (not names_people(f.name), f.distinct, f.name)).name if changing else None
