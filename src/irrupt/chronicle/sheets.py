"""Which sheets of a workbook are one table, and what their names say: when a plan was issued, for whom, of what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.attached import in_a_workbook
from irrupt.chronicle.called_alike import called_alike
from irrupt.chronicle.hints import name_score as log_score
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.accounts import by_calendar
from irrupt.chronicle.schedules.copies import without_copies
from irrupt.chronicle.schedules.headings import YEAR, bare_across
from irrupt.chronicle.schedules.labelled import is_bare_week
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.pairs import apart
from irrupt.chronicle.schedules.periods import is_period, read_periods
from irrupt.chronicle.schedules.roles import by_names, names_issue, periods_across, score, told_by
from irrupt.chronicle.schedules.told_twice import called_once
from irrupt.chronicle.schedules.years import named_after_days
from irrupt.chronicle.several import (
    Table,
    apart_from_dates,
    belong_together,
    dates,
    issues_of,
    joined,
    number_in_all,
    shown,
)
from irrupt.chronicle.stamps import month
from irrupt.chronicle.titles import SOME_DAY, tells_schedules
from irrupt.i18n import gettext as _

_NAMES_HIM = 0.5
"""How well the name of a column must tell of a client, part or plant for it to be one."""
_NAMELESS = re.compile(
    r"(?:sheet|tabelle|tabellenblatt|blatt|feuil(?:le)?|hoja|foglio|blad|planilha|arkusz|table|data|daten|export|"
    r"v|ver|version|rev|revision|plan|stand|stan|status|abruf|programm[ea]?|programa|forecast|fcst|rel|release|iss|issue|"
    r"sched|schedule|lieferabruf|lab|delfor|file|datei|fichier)?(?:[\s._-]*\d+)*"
)
"""What sheets are called that say nothing of what they hold, in plain form."""
_NUMBER, _YEAR = 5, r"(?<!\d)(?:19|20)\d{2}(?!\d)"
"""Figures that the number of a part has at least; and what is none."""
_CODE = r"[A-Za-z]{1,4}-?\d{1,4}"
"""The code of a plant,"""
_WITH_CODE, _IN_FOLDERS = re.compile(rf"(.*\w) ({_CODE})"), re.compile(r"([^/]+)/([^/]+)")
"""behind the name of a client, or in a folder below his."""
_ENDING = re.compile(r"(?:\.(?:csv|tsv|txt|dat|gz|xlsx?|xlsm|xlsb|ods|parquet))+$", re.IGNORECASE)
_SHOWN, _NARROW = 5, 3
"""Columns up to which a table, with the one of its rows, is neither a plan nor a log: parameters, say."""
_SOME_PART = "4711-22"
_EXAMPLES = ("2026-01-05", "2026-01-12")


def together(tables: Sequence[Table], name: str) -> Raw:
    """The sheets of the workbook *name* that belong together, as one table, else the first. What was done, and what is
    left out, is noted."""
    whole = _pieces(tables)
    beside = in_a_workbook(tables, name) if len(whole) == 1 < len(tables) and not whole[0].issued else None
    if beside is not None:
        raw, others = beside
        whole = [table for table in tables if table not in others]
        notes = [_("{n} sheets are read together: {names}").format(n=len(whole), names=_shown(whole))]
    elif len(whole) > 1:
        notes = [_("{n} sheets are read as one table: {names}").format(n=len(whole), names=_shown(whole))]
        notes += told_of_each(whole, _("and the like above the other sheets"))
        named = [table.name.strip() for table in whole]
        raw = joined(with_names(called_alike(whole, notes), named, notes, name), name)
    else:
        notes, raw = [_("sheet “{name}”").format(name=whole[0].name)], replace(whole[0].raw, sheet=whole[0].name)
    left = [table for table in tables if table not in whole]
    if left:
        notes.append(_("other sheets are not read: {names}").format(names=_shown(left)))
        if not whole[0].issued:
            option = f'--map "sheet={left[0].name}"'
            notes.append(_("to read another sheet instead, say {option}").format(option=option))
    if len(whole) == 1 and any(_alike(whole[0], table) for table in left):
        dates = ", ".join(f"{table.name}: {date}" for table, date in zip(tables, _EXAMPLES, strict=False))
        text = _(
            "they are laid out alike: a date or a client in the name of each sheet would tell them apart; or say when "
            "each was issued: {option}"
        )
        notes.append(text.format(option=f'--map "issued={dates}"'))
    return replace(raw, notes=(*notes, *raw.notes))


def told_of_each(tables: Sequence[Table], more: str) -> list[str]:
    """What is to be told of single *tables*, once: a few of these notes, and that there are *more*."""
    each = list(dict.fromkeys(note for table in tables for note in table.raw.notes))
    return each[:_SHOWN] + [more] * (len(each) > _SHOWN)


def _shown(tables: Sequence[Table]) -> str:
    return shown([table.name for table in tables])


def _pieces(tables: Sequence[Table]) -> list[Table]:
    """Those of *tables* that are one table in pieces, or of which users say when they were issued; else the first."""
    said = [table for table in tables if table.issued]
    if said:
        return said
    with_dates = [table for table, issue in zip(tables, issues_of(tables), strict=True) if issue]
    if belong_together(with_dates):
        return with_dates
    if belong_together(tables):
        return list(tables)
    tables = [table for table in tables if table.raw.frame.width > _NARROW] or tables
    largest = max(tables, key=lambda table: table.raw.frame.height)
    alike = [table for table in tables if _alike(largest, table)]
    apart = _said_by(alike, [table.name.strip() for table in alike]) is not None or all(
        names_issue(table.raw.frame) for table in alike
    )
    same = len({tuple(table.raw.frame.columns) for table in alike}) == 1
    return alike if len(alike) > 1 and (apart or same) else list(tables[:1])


def _alike(one: Table, other: Table) -> bool:
    """Whether two tables have the same columns, but for the periods that they tell of."""
    left, right = (_without_periods(table.raw.frame.columns) for table in (one, other))
    return left == right and left != [ROW]


def are_versions(tables: Sequence[Table]) -> bool:
    """Whether *tables* are plans of several issues, laid out alike, each of which tells when it was issued."""
    return len(tables) > 1 and all(_alike(tables[0], one) and names_issue(one.raw.frame) for one in tables)


def _without_periods(names: Sequence[str]) -> list[str]:
    names = by_calendar(called_once(names))
    bare = bare_across(pl.DataFrame(schema=names))
    across = periods_across(names) or (bare.columns if bare else leads_across(names) or named_after_days(names))
    return [name for name in names if name not in across and name != YEAR and apart(name) is None]


def with_names(tables: Sequence[Table], names: Sequence[str], notes: list[str], source: str) -> list[Table]:
    """*tables* of one *source*, each with a column for what its name, one of *names*, says of all of it, if names say
    it. Raises `DataError` where they do not and some are copies of others."""
    column = _said_by(tables, names)
    if column is None:
        without_copies(tables, source)
        return _of_one_part(tables, names, notes)
    names = apart_from_dates(names) if all(dates(names)) else names
    told = _of_two_roles(names, column, tables[0].raw.frame)
    if told:
        text = _("the name of each is read as its client and its plant")
        notes.append(text if column == "client" else _("the name of each is read as its client and its part"))
    else:
        notes.append(_("the name of each is read as its {column}").format(column=column))
        told = [{column: name or None} for name in names]
    named = (
        table.raw.frame.with_columns(pl.lit(text, dtype=pl.String).alias(role) for role, text in said.items())
        for table, said in zip(tables, told, strict=True)
    )
    return [replace(table, raw=replace(table.raw, frame=frame)) for table, frame in zip(tables, named, strict=True)]


def _of_one_part(tables: Sequence[Table], names: Sequence[str], notes: list[str]) -> list[Table]:
    """*tables*, which name no part, with the one whose number all of their *names* bear."""
    told = [with_part(table.raw, name) for table, name in zip(tables, names, strict=True)]
    if number_in_all(names) is None or not all(told):
        return list(tables)
    notes.append(part_told(str(number_in_all(names))))
    return [replace(table, raw=raw) for table, raw in zip(tables, told, strict=True) if raw is not None]


def with_part(raw: Raw, name: str) -> Raw | None:
    """*raw*, a table of plans that name neither a part nor a client, with the part whose number its *name* bears; None
    where it is none, or its name bears none."""
    frame, number = raw.frame, number_in_all([name])
    if number is None or _has(frame, "part") or _has(frame, "client"):
        return None
    if not _tell_plans(frame, dated=dates([name])[0] is not None, numbered=True):
        return None
    return replace(raw, frame=frame.with_columns(pl.lit(number).alias("part")))


def part_told(number: str) -> str:
    """That a name tells the *number* of a part."""
    return _("the part is the one that the name tells: {number}").format(number=number)


def _of_two_roles(names: Sequence[str], column: str, frame: pl.DataFrame) -> list[dict[str, str | None]]:
    """What *names* tell of whom a table is and for where, or of which part, where they tell both; nothing elsewhere.
    *column*: the role that they tell at least."""
    if column == "client" and not _has(frame, "plant"):
        return [{"client": one, "plant": two} for one, two in _client_and_plant(names)]
    if column == "part" and not _has(frame, "client"):
        return [{"client": one, "part": two} for one, two in _client_and_part(names)]
    return []


def bare(names: Sequence[str]) -> list[str]:
    """The *names* of files without their endings, and, where they are no dates, without the words that all of them
    begin with.

    >>> bare(["plan_Autowerk Kassel.csv", "plan_Truck SA.csv"]), bare(["A.csv", "A.xlsx"])
    (['Autowerk Kassel', 'Truck SA'], ['A', 'A'])
    """
    stems = [_ENDING.sub("", name).strip() for name in names]
    if all(dates(stems)):
        return stems
    words = [re.split(r"(?<=[\s_-])", stem) for stem in stems]
    same = 0
    while all(len(own) > same + 1 for own in words) and len({own[same] for own in words}) == 1:
        same += 1
    return ["".join(own[same:]) for own in words]


def _said_by(tables: Sequence[Table], names: Sequence[str]) -> str | None:
    """Of plans, which column the *names* of their tables stand for, where none of their own does: weeks of plans that
    no other column dates, or their versions; a part where none is named and names have figures, a client, a plant."""
    issues = dates(names)
    versions = all(issues) and _number_versions(names, issues)
    names = _beside(names, issues) if all(issues) and not versions else names
    if len(tables) < 2 or not names or (len(set(names)) < len(names) and not all(issues)) or tables[0].issued:
        return None
    figures = all(any(map(str.isdigit, name)) for name in names)
    if not all(_tell_plans(table.raw.frame, dated=all(issues), numbered=figures) for table in tables):
        return None
    frame = tables[0].raw.frame
    if _say_again(tables, names):
        return None
    if versions:
        return None if any(score("plan", name) > _NAMES_HIM for name in frame.columns) else "plan"
    if all(map(is_bare_week, names)):
        return None if names_issue(frame) else "plan"
    if any(_nameless(name) or is_period(name) for name in names) or _are_months(names) or _number_issues(tables, names):
        return None
    missing = [role for role in ("part", "client", "plant") if not _has(frame, role)]
    if "plant" in missing and all(score("plant", name.split()[0]) > _NAMES_HIM for name in names):
        return "plant"
    if missing == ["client", "plant"] and all(issues) and all(re.fullmatch(_CODE, name) for name in names):
        return "plant"
    return next((role for role in missing if role != "part" or figures), None)


def _say_again(tables: Sequence[Table], names: Sequence[str]) -> bool:
    """Whether each of *names* says again what a column of its table says in all rows."""
    for table, name in zip(tables, names, strict=True):
        own = (column for column in table.raw.frame.get_columns() if column.dtype == pl.String)
        cells = (set(column.drop_nulls()) for column in own if column.n_unique() == 1)
        if not any(re.sub(r"\W", "", cell) == re.sub(r"\W", "", name) for some in cells for cell in some):
            return False
    return True


def _tell_plans(frame: pl.DataFrame, *, dated: bool, numbered: bool) -> bool:
    """Whether *frame* is a table of schedules, where its name tells when its plan was issued (*dated*), or may tell the
    number of its part (*numbered*)."""
    told = {ISSUED: SOME_DAY} if dated and not names_issue(frame) else {}
    if tells_schedules(frame.with_columns(pl.lit(text).alias(name) for name, text in told.items())):
        return True
    of_cases = any(log_score("case", name) > _NAMES_HIM for name in frame.columns)
    if of_cases or not numbered or _has(frame, "part"):
        return False
    told["part"] = _SOME_PART
    return tells_schedules(frame.with_columns(pl.lit(text).alias(name) for name, text in told.items()))


def _client_and_part(names: Sequence[str]) -> list[tuple[str, str]]:
    """The client and the number of the part that each of *names* tells, which alone has figures; nothing where not all
    of them do.

    >>> _client_and_part(["Audi 4711-22", "4711-23 BMW"]), _client_and_part(["4711-22"]), _client_and_part(["A 1 B 2"])
    ([('Audi', '4711-22'), ('BMW', '4711-23')], [], [])
    """
    found = []
    for name in names:
        words = re.split(r"[\s_]+", name)
        numbers = [word for word in words if any(map(str.isdigit, word))]
        if len(numbers) != 1 or len(words) == 1:
            return []
        found.append((" ".join(word for word in words if word not in numbers), numbers[0]))
    return found


def _client_and_plant(names: Sequence[str]) -> list[tuple[str, str]]:
    """The client and the plant that each of *names* tells, in a folder for each of both, or with the code of a plant at
    the end; nothing where not all of them do.

    >>> _client_and_plant(["Volvo P10", "Scania P10"]), _client_and_plant(["AB/Gent"]), _client_and_plant(["Truck SA"])
    ([('Volvo', 'P10'), ('Scania', 'P10')], [('AB', 'Gent')], [])
    """
    for form in (_IN_FOLDERS, _WITH_CODE):
        found = [form.fullmatch(name) for name in names]
        if all(found):
            return [(one[1], one[2]) for one in found if one is not None]
    return []


def _beside(names: Sequence[str], issues: Sequence[str | None]) -> Sequence[str]:
    """What *names* say beside their *issues*, where several tables are of one issue and each of another party; nothing
    where names say no more than their issue."""
    others = apart_from_dates(names)
    if len(set(issues)) == len(names) or len({*zip(issues, others, strict=True)}) < len(names) or not all(others):
        return ()
    again = Counter(others)
    return others if len(set(issues)) == 1 or min(again.values()) > 1 else ()


def _number_versions(names: Sequence[str], issues: Sequence[str | None]) -> bool:
    """Whether *names* number versions of one plan beside their *issues*, some of which are the same (`2026-01-05 V2`);
    a number in brackets is that of a copy."""
    others = apart_from_dates(names)
    apart = len({*zip(issues, others, strict=True)}) == len(names) > len(set(issues))
    return apart and all(not one or (_nameless(one) and "(" not in one) for one in others)


def _nameless(name: str) -> bool:
    """Whether a table called *name* is not called after anything: a number is the one of a part where it is long."""
    figures = re.sub(r"\D", "", name)
    numbered = not re.search(r"[^\W\d_]", name) and len(figures) >= _NUMBER and not re.search(_YEAR, name)
    return _NAMELESS.fullmatch(plain(name)) is not None and not numbered


def _number_issues(tables: Sequence[Table], names: Sequence[str]) -> bool:
    """Whether each of *names* bears a number, that of the week, or of the month or day, in which its plan was issued
    (`T36`), as a column of its table tells."""
    figures = [re.findall(r"\d+", name) for name in names]
    if any(len(found) != 1 for found in figures):
        return False
    issues = []
    for frame in (table.raw.frame for table in tables):
        column = told_by("issued", frame, (name for name in frame.columns if name != ROW))
        moments = [] if column is None else read_periods(frame[column].unique()).begin.drop_nulls().to_list()
        if len(moments) != 1:
            return False
        issues.append(moments[0])
    numbers = [int(found[0]) for found in figures]
    ways = ([day.isocalendar().week for day in issues], [day.month for day in issues], [day.day for day in issues])
    return len(set(numbers)) > 1 and numbers in ways


def _has(frame: pl.DataFrame, role: str) -> bool:
    return role in by_names(frame, {})


def _are_months(names: Sequence[str]) -> bool:
    words = pl.DataFrame({"word": [name.split()[0] for name in names]})
    return words.select(month("word").is_not_null().all()).item() is True
