"""Tables with a row for each case and a column of dates for each step, made a row for each step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.candidates import changes_within
from irrupt.chronicle.hints import BARE, STATES, name_score, plain
from irrupt.chronicle.journal import ROW, Raw, cases_without_events
from irrupt.chronicle.schedules.daycounts import MIDNIGHT, counts_days, days_counted, written_out
from irrupt.chronicle.times import readable_share
from irrupt.i18n import gettext as _

_FEWEST, _DATES, _KNOWN = 3, 0.95, 0.5
"""Columns of dates at least; share of their cells that are dates; how well a name tells of an activity."""
_APART = 366.0
"""Days by which the time between two steps differs between most cases, at most."""
_AGREED = r"(?:date|deliver\w*|ship\w*|arriv\w*|start|end|finish|completion|by|for)"
_NO_STEP = re.compile(
    r"\b(?:"
    # what is due, planned or promised
    r"due|deadline|planned|expected|estimated|eta|etd|target|promise\w*|sla|need by|"
    rf"(?:required|committed|commit|scheduled) {_AGREED}|(?:requested|confirmed) (?!by\b|date\b){_AGREED}|"
    r"fallig\w*|soll\w*|geplant\w*|frist|zugesagt\w*|plan (?:start|beginn|ende?|termin)|(?:ziel|wunsch)datum|"
    r"(?:ziel|wunsch|liefer|wunschliefer|end|abgabe|fertigstellungs|bestatigter )termin|wunschlieferdatum|"
    r"echeance|prevue?|souhaite\w*|delai\w*|date promise|"
    r"vencimiento|prevista?|estimad[ao]|comprometid[ao]|deseada|previsto|scadenza|stimat[ao]|prazo|desejada|"
    r"entrega solicitada|consegna richiesta|vervaldatum|gepland\w*|verwacht\w*|gewenst\w*|termin realizacji|"
    r"planowan\w*|oczekiwan\w*|"
    # when something was last changed or looked at
    r"last \w+|zuletzt|letzte\w*|anderungsdatum|derniere|mise a jour|ultim[ao]|laatste?|ostatni\w*|aktualizacj\w*|"
    # until when something holds, and when somebody was born
    r"valid (?:until|to|from)|gultig (?:ab|bis)|expiry|expiration|expires|ablaufdatum|birth\w*|geburts\w*|naissance|"
    r"nacimiento|nascita|nascimento|geboorte\w*|urodzenia"
    r")\b"
)
"""Dates on which nothing was done: what is due or planned, when something was last changed, until when it holds."""
_CHANGED = re.compile(
    r"(?:sys )?(?:updated|modified|(?:changed|modified) (?=at|on)|geandert|aktualisiert|modifiee?|modificad[ao]|"
    r"actualizad[ao]|atualizad[ao]|modificat[ao]|aggiornat[ao]|gewijzigd|bijgewerkt|zmodyfikowan[aoy])"
    r"(?: ?(?:at|on|am|le|el|il|em|op|date|time))?"
)
"""The same of what was last changed, where nothing is said of what or by whom: that would be a step."""
_PLANNING = frozenset({"planned", "geplant", "gepland"})
"""Names that tell, by themselves, that something was planned, which is a step."""
_FEW = 0.5
"""Different states at most, for each case, where each row tells the state of one."""


def with_steps(raw: Raw, asked: Mapping[str, str]) -> Raw:
    """*raw* with a row for each date of a case, if each row of it is a case, several columns hold dates, and none is
    called as activities are, but for the state that cases have now. *asked*: role -> column.

    >>> days = {"Created": ["2026-02-02", "2026-02-03"], "Sent": ["2026-02-05"] * 2, "Paid": ["2026-02-09", None]}
    >>> frame = pl.DataFrame({ROW: [0, 1], "Order": ["a", "b"], **days})
    >>> with_steps(Raw(frame=frame, name="", locate=lambda _rows: ()), {}).frame["step"].to_list()
    ['Created', 'Sent', 'Paid', 'Created', 'Sent']
    """
    frame = raw.frame
    names = [name for name in frame.columns if name != ROW]
    if raw.settled or raw.roles or {"activity", "end", "start"} & asked.keys() or frame.height < 2:
        return raw
    acts = [
        name
        for name in names
        if any(name_score(role, name) > max(_KNOWN, name_score("case", name)) for role in ("activity", "lifecycle"))
    ]
    if acts and not all(_says_state(name) and _lists_cases(frame, name) for name in acts):
        return raw
    dates = [name for name in names if not frame[name].dtype.is_numeric() and readable_share(frame[name]) > _DATES]
    case = asked.get("case") or _case(frame, [name for name in names if name not in dates])
    counted = _counted(frame, [name for name in names if name not in (*dates, case)], dates)
    dates = [name for name in names if name in dates or name in counted]
    if case not in names or case in dates or len(dates) < _FEWEST or frame[case].n_unique() < frame.height:
        return raw
    step, time = (text if text not in names else f"{text} (2)" for text in ("step", "time"))
    others = [name for name in dates if _is_no_step(plain(name))]
    others = others if len(dates) - len(others) > 1 else []
    dates = [name for name in dates if name not in others]
    keep = [name for name in frame.columns if name not in dates]
    texts = frame.with_columns(pl.col(dates).cast(pl.String)).with_columns(counted.values())
    long = texts.unpivot(dates, index=keep, variable_name=step, value_name=time)
    long = long.drop_nulls(time).sort(ROW, maintain_order=True)
    rows = long[ROW].to_list()
    idle = cases_without_events(raw.locate(texts.filter(pl.all_horizontal(pl.col(dates).is_null()))[ROW].to_list()))

    def locate(found: Sequence[int]) -> tuple[str, ...]:
        return raw.locate([rows[row] for row in found])

    notes = _told(dates, others)
    if counted:
        name, read = next(iter(counted.items()))
        at = int(read.is_not_null().arg_max() or 0)
        notes.append(counts_days(name, str(frame[name][at]), str(read[at])))
    frame = long.drop(ROW).with_row_index(ROW)
    made = replace(raw, frame=frame, locate=locate, roles={"case": case})
    return replace(made, problems=(*raw.problems, *idle), notes=(*raw.notes, *notes))


def _is_no_step(name: str) -> bool:
    return bool(_CHANGED.fullmatch(name) or (_NO_STEP.search(name) and name not in _PLANNING))


def _told(dates: Sequence[str], others: Sequence[str]) -> list[str]:
    """Notes on the *dates* that are steps, and on the *others* that are none."""
    notes = [_("each row is a case, and each column of dates a step of it: {names}").format(names=", ".join(dates))]
    if others:
        text = _("dates on which nothing was done, as their names tell, are no steps: {names}")
        notes.append(text.format(names=", ".join(others)))
    return notes


def _says_state(name: str) -> bool:
    """Whether a column called *name* tells the state that something has, rather than what was done."""
    return not STATES.isdisjoint(plain(name).split())


def _lists_cases(frame: pl.DataFrame, state: str) -> bool:
    """Whether each row of *frame* is a case, by a column that is called so, and its *state* one of a few: not where
    another column is called so, too, and the state of what it names changes from row to row."""
    called = [name for name in frame.columns if name != ROW and (name_score("case", name) > 0 or plain(name) in BARE)]
    best = max(called, key=lambda name: name_score("case", name), default=None)
    if best is None or frame[best].n_unique() < frame.height or frame[state].n_unique() > _FEW * frame.height:
        return False
    return not any(changes_within(frame, name, state) for name in called)


def _counted(frame: pl.DataFrame, names: Sequence[str], dates: Sequence[str]) -> dict[str, pl.Series]:
    """Those of *names* below which nothing stands but days as spreadsheets count them, as texts of dates: several that
    go together, from row to row, as the steps of a case do, and other numbers do not."""
    days = {name: read for name in names if (read := days_counted(frame[name])) is not None}
    if len(days) + len(dates) < _FEWEST or (dates and not days):
        return {}
    first = next(iter(days.values()), None)
    found = {name: read for name, read in days.items() if _goes_with(read, first)}
    if len(found) + len(dates) < _FEWEST or len(found) < 2:
        return {}
    return {name: written_out(frame[name].cast(pl.String)).str.strip_suffix(MIDNIGHT) for name in found}


def _goes_with(days: pl.Series, first: pl.Series | None) -> bool:
    """Whether *days* are about as far from the *first* ones in all rows."""
    if first is None:
        return False
    apart = (days - first).drop_nulls()
    if not len(apart):
        return False
    low, high = (float(apart.quantile(part) or 0.0) for part in (0.1, 0.9))
    return high - low <= _APART and abs(float(apart.median() or 0.0)) <= 2 * _APART  # type: ignore[arg-type]


def _case(frame: pl.DataFrame, names: Sequence[str]) -> str | None:
    """The column that names each row: by its name, else the first one."""
    named = [name for name in names if name_score("case", name) > 0 and not frame[name].has_nulls()]
    return max(named, key=lambda name: name_score("case", name), default=next(iter(names), None))
