"""Logs that say how long a step took instead of when it began, or ended: the other time is reckoned."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.times import Times
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.units import DAY, HOUR, MINUTE

DURATION = "duration"
"""The role of a column of durations; a unit may stand behind its name: `Dauer in minutes`."""
_NAMES = re.compile(
    r"\b(?:duration|duree|dauer|duur|duracion|durata|duracao|czas trwania|\w*(?:bearbeitungs|prozess|ruest|rust)zeit|"
    r"(?:processing|handl(?:e|ing)|service|work(?:ing)?|execution|talk|touch|labou?r|repair|treatment) ?time|"
    r"time (?:spent|worked)|(?<=hours )(?:worked|spent)|(?<=minutes )(?:worked|spent)|temps (?:de (?:traitement|"
    r"travail|communication|conversation)|passe)|\w*(?:bearbeitungs|behandlungs|gesprachs|arbeits|untersuchungs)dauer|"
    r"(?:gesprachs|arbeits|behandlungs)zeit|(?:bewerkings|behandel|verwerkings|afhandel|gespreks)tijd|tiempo de "
    r"(?:proceso|tratamiento|atencion|trabajo|conversacion)|tempo di (?:lavorazione|processo|gestione|lavoro|"
    r"conversazione)|tempo de (?:processamento|tratamento|atendimento|trabalho|conversa)|"
    r"czas (?:pracy|obslugi|rozmowy))\b"
)
"""What columns of durations are called, in plain form."""
_PART = re.compile(r"talk|gespr|conver|communic|rozmow")
"""In what is called so: the part of a step in which somebody speaks, after which he works on."""
_OF_CASES = re.compile(
    r"\b(?:case|total|overall|gesamt\w*|totale?|fall|dossier|expected|planned|plan\w*|soll|target|sla)\b"
)
_SECONDS = {"s": 1.0, "min": MINUTE, "h": HOUR, "d": DAY}
_UNIT_WORDS = {
    "s": r"s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|secondi|secondo|seconden|sekundy?|sekund",
    "min": r"m|mins?|minutes?|minuten|minutos?|minuti|minuto|minut[ay]?|mn",
    "h": r"h|hrs?|hours?|std|stunden?|heures?|horas?|ore|ora|uren|uur|godziny?|godz",
    "d": r"d|days?|tage?|jours?|dias?|giorni|giorno|dagen|dag|dni|dzien",
}
"""Words for units, in plain form."""
_MILLISECONDS = re.compile(r"\b(?:ms|msecs?|milliseconds?|millisekunden|millisecondes)\b")
_CLOCK = r"^\s*(?:(\d+)\s*(?:days?,?|d|\.)\s*)?(\d{1,3}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*$"
_ISO = r"^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
_WORDS = r"^\s*(?:\d+(?:[.,]\d+)?\s*[a-z]+\.?,?\s*)+$"
_NUMBER = r"^\s*\d+(?:[.,]\d+)?\s*$"
_NEARLY_ALL = 0.95
_MOSTLY, _ROUNDED, _FEWEST = 0.8, 0.01, 20
"""Share of the steps, at least, whose duration reaches to the next, as nearly as this; and how many at least."""


class Lasting(NamedTuple):
    """A column of durations, read."""

    column: str
    seconds: pl.Series
    """Null where nothing stands, or nothing that is read."""
    begins: bool
    """Whether the one time that is known is that of the begin."""


def names_duration(name: str) -> bool:
    """Whether a column with this *name* is called after how long steps take.

    >>> names_duration("Dauer"), names_duration("processing_time (h)"), names_duration("Case duration")
    (True, True, False)
    """
    return _NAMES.search(plain(name)) is not None and _OF_CASES.search(plain(name)) is None


def asked_unit(mapping: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The column asked for as durations, and the unit said behind it.

    >>> asked_unit({"duration": "Dauer in minutes"}), asked_unit({"duration": "Dauer"}), asked_unit({})
    (('Dauer', 'min'), ('Dauer', None), (None, None))
    """
    said = mapping.get(DURATION)
    if said is None:
        return None, None
    column, _in, unit = said.rpartition(" in ")
    known = _unit(plain(unit))
    return (column, known) if column and known else (said, None)


def lasting(
    frame: pl.DataFrame, roles: Mapping[str, str], mapping: Mapping[str, str], journal: Journal
) -> Lasting | None:
    """The durations of the steps in *frame*, where only one time of each is known; None where there are none.

    Numbers are read where their column, or the user, says in what unit; else that is noted. Raises `UsageError` where
    what is asked for is not there, or holds no durations.
    """
    asked, unit = asked_unit(mapping)
    if "start" in roles:
        return None
    begins = name_score("start", roles["end"]) > name_score("end", roles["end"])
    if asked is not None:
        column = _column(frame, asked)
        read = seconds(frame[column], unit)
        if read is None:
            expected = _("times such as 1:30:00, 90 min or PT1H30M, or numbers, with their unit: {column} in minutes")
            raise UsageError(Fault(DURATION, f'"{asked}"', expected.format(column=column)))
        return Lasting(column, read, begins)
    for column in _called(frame.columns, roles.values()):
        read = seconds(frame[column])
        if read is not None and _of_steps(frame, roles["case"], column):
            return Lasting(column, read, begins)
        if read is None and _are_numbers(frame[column]):
            text = _(
                '"{column}" holds numbers whose unit is not told; if they are how long a step took, say so: {remedy}'
            )
            journal.note(text.format(column=column, remedy=f'--map "{DURATION}={column} in minutes"'))
    return None


def both_times(end: Times, lasts: Lasting, journal: Journal) -> tuple[Times, Times]:
    """Begin and end of the steps, from the one time of each that was read as *end*, and how long each lasts."""
    length = (lasts.seconds * 1e6).round().cast(pl.Int64).cast(pl.Duration("us"))
    if lasts.begins:
        text = _('"{column}" says how long each step took: its end is reckoned')
    else:
        text = _('"{column}" says how long each step took: its begin is reckoned')
    journal.note(text.format(column=lasts.column))
    unread = journal.raw.frame[ROW].filter(lasts.seconds.is_null() & end.moments.is_not_null())
    found = ngettext(
        "{n} step without a duration that is read", "{n} steps without a duration that is read", len(unread)
    )
    done = _("only one time of it is known")
    journal.problem("duration unread", unread, found.format(n=number(len(unread), 0)), done)
    if not lasts.begins:
        return replace(end, moments=end.moments - length), end
    known = end.moments.zip_with(length.is_not_null(), pl.Series([None], dtype=end.moments.dtype))
    ends = end.moments + length.fill_null(dt.timedelta())
    return replace(end, moments=known), replace(end, moments=ends)


def fills(case: pl.Series, end: Times, lasts: Lasting) -> bool:
    """Whether the durations are the time from each step to the next, or from the one before: then they are no work."""
    steps = pl.DataFrame({"case": case, "time": end.moments, "lasts": lasts.seconds}).drop_nulls()
    steps = steps.sort("case", "time", maintain_order=True)
    later = pl.col("time").shift(-1 if lasts.begins else 1).over("case")
    gap = (later - pl.col("time")).abs().dt.total_microseconds() / 1e6
    same = ((gap - pl.col("lasts")).abs() <= _ROUNDED * gap + 1.0).drop_nulls()
    return bool(steps.select((same.mean() >= _MOSTLY) & (same.len() >= _FEWEST)).item())


def _called(columns: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Those of *columns* that are called after durations of steps, those of parts of them last."""
    free = [name for name in columns if name != ROW and name not in {*taken}]
    return sorted(filter(names_duration, free), key=lambda name: _PART.search(plain(name)) is not None)


def _column(frame: pl.DataFrame, asked: str) -> str:
    found = [name for name in frame.columns if name == asked or plain(name) == plain(asked)]
    if not found:
        raise UsageError(Fault(DURATION, f'"{asked}"', _("a column of the table")))
    return found[0]


def _of_steps(frame: pl.DataFrame, case: str, column: str) -> bool:
    """Whether *column* tells of steps: it does not stay the same within cases of several rows."""
    counted = frame.group_by(case).agg(pl.len().alias("n"), pl.col(column).n_unique().alias("values"))
    several = counted.filter(pl.col("n") > 1)
    return several.height == 0 or bool((several["values"] > 1).any())


def _are_numbers(column: pl.Series) -> bool:
    if column.dtype.is_numeric():
        return True
    texts = column.drop_nulls().cast(pl.String) if column.dtype == pl.String else pl.Series([], dtype=pl.String)
    return len(texts) > 0 and bool(texts.str.contains(_NUMBER).all())


def _unit(words: str) -> str | None:
    """The unit that is named in *words*, of which the last counts."""
    for word in reversed(words.split()):
        for unit, pattern in _UNIT_WORDS.items():
            if re.fullmatch(pattern, word):
                return unit
    return None


def seconds(column: pl.Series, unit: str | None = None) -> pl.Series | None:
    """*column* read as durations, in seconds; None where it holds none, or numbers whose unit nothing tells.

    >>> seconds(pl.Series("Dauer", ["0:35:00", "1:05:30"])).to_list(), seconds(pl.Series("t", ["1 h 20 min"])).to_list()
    ([2100.0, 3930.0], [4800.0])
    >>> seconds(pl.Series("duration (min)", [35, 5])).to_list(), seconds(pl.Series("duration", [35, 5]))
    ([2100.0, 300.0], None)
    """
    if column.dtype == pl.Duration:
        return column.dt.total_microseconds() / 1e6
    scale = _scale(column.name, unit)
    if _are_numbers(column):
        numbers = (
            column.cast(pl.String).str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        )
        return None if scale is None else _positive(numbers * scale)
    if column.dtype != pl.String:
        return None
    texts = column.str.strip_chars().replace("", None)
    known = texts.drop_nulls()
    for pattern, read in ((_CLOCK, _clock), (_ISO, _iso), (_WORDS, _worded)):
        lower = known if pattern == _ISO else known.str.to_lowercase()
        if len(known) and float(lower.str.contains(pattern).mean() or 0.0) >= _NEARLY_ALL:  # type: ignore[arg-type]
            return _positive(read(texts, scale))
    return None


def _scale(name: str, unit: str | None) -> float | None:
    """Seconds of the unit that is asked for, or that *name* tells."""
    if unit is None and _MILLISECONDS.search(plain(name)):
        return 1e-3
    words = re.sub(_NAMES, " ", plain(name)) if unit is None else ""
    unit = unit or _unit(words)
    return None if unit is None else _SECONDS[unit]


def _positive(found: pl.Series) -> pl.Series:
    return found.zip_with((found >= 0).fill_null(False), pl.Series([None], dtype=pl.Float64))


def _clock(texts: pl.Series, scale: float | None) -> pl.Series:
    """`1:30:00`, `0 days 00:35:00`; two figures are hours and minutes, unless the column counts minutes or less."""
    parts = texts.str.to_lowercase().str.extract_groups(_CLOCK).struct.unnest()
    days, first, second, third = (
        parts[name].str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) for name in parts.columns
    )
    short = third.is_null() & (scale is not None and scale < _SECONDS["h"])
    long = days.fill_null(0.0) * 86400 + first * 3600 + second * 60 + third.fill_null(0.0)
    return (first * 60 + second).zip_with(short, long)


def _iso(texts: pl.Series, _scale: float | None) -> pl.Series:
    parts = texts.str.extract_groups(_ISO).struct.unnest()
    read = [parts[name].cast(pl.Float64, strict=False).fill_null(0.0) for name in parts.columns]
    total = read[0] * 86400 + read[1] * 3600 + read[2] * 60 + read[3]
    return total.zip_with(texts.str.contains(_ISO).fill_null(False), pl.Series([None], dtype=pl.Float64))


def _worded(texts: pl.Series, _scale: float | None) -> pl.Series:
    """`1 h 20 min`; null where a word is no unit."""

    def total(text: str) -> float | None:
        found = re.findall(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)", plain_figures(text))
        units = [_unit(word) for _figure, word in found]
        if None in units or not found:
            return None
        return sum(
            float(figure.replace(",", ".")) * _SECONDS[unit]
            for (figure, _word), unit in zip(found, units, strict=True)
            if unit is not None
        )

    return pl.Series([None if text is None else total(text) for text in texts], dtype=pl.Float64)


def plain_figures(text: str) -> str:
    """*text* in lower case, without full stops behind words.

    >>> plain_figures("1 Std. 20 Min.")
    '1 std 20 min'
    """
    return re.sub(r"(?<=[a-z])\.", "", text.lower())
