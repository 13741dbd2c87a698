"""Numbers counted in thousands or millions, as the name of their column, or of their unit, says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Journal, Raw
from irrupt.chronicle.schedules.periods import is_period
from irrupt.i18n import gettext as _
from irrupt.i18n import number

UNIT = "unit"
"""Column for the unit of all cells of a table, where no column of its own tells it."""
_MONEY = r"eur|euros?|usd|chf|gbp|pln|€|\$|£"
_SINGLE = (
    r"pcs?|pces?|pieces?|pièces?|pzs?|pezzi|piezas|peças|st|stk|stck|stück|stuck|stuks|szt|units?|unités?|unidades|"
    r"unità|ea|each"
)
_PIECES = rf"{_SINGLE}|kg|t|m|l|{_MONEY}"
"""What is counted, and parts among it."""
_COUNTED_SINGLY = re.compile(rf"(?i)(?:{_SINGLE}|sztuk[ai]?|ks|kus[yů]?|db|adet|uds?)\.?")
_LINK = r"(?:de|d['’]|di|of)?\s*"
_SURE = {
    1_000: r"tsd|thsd|tausend(?:er|e)?|thousands?|milliers?|migliaia|milhares|duizend(?:en|tallen)?|tys(?:iące|iace|"
    r"ięcy|iecy)?|['’]000s?|1?[.,' ]?000['’]?s|tst|tstk|t\s+st(?:k|ck|ück)|kpcs?|kstk?|kunits|t€|teur|k€|keur|"
    rf"tchf|kchf|tusd|kusd|k\$|k\s+(?:{_PIECES})",
    1_000_000: r"mio|millions?|millionen|millones|milioni|milhões|miljoen(?:en)?|mln|m€|meur",
}
"""Factor -> how it is written so that nothing else can be meant."""
_SHORT = {1_000: r"k|miles|mil|1[.,' ]?000|000", 1_000_000: r"mill|1[.,' ]?000[.,' ]?000"}
"""Factor -> how it is written where it may be something else: in brackets, behind `in`, or alone before a unit."""
_CODES = {"mil", "t3", "ts", "tsd", "th", "tho", "kpc"}
"""Codes of units that mean a thousand (`MIL` and `T3` of UN/ECE recommendation 20; those of business software)."""
_UNIT_NAMES = (
    "me bme vme mengeneinheit basismengeneinheit basiseinheit bestellmengeneinheit verkaufsmengeneinheit einheit "
    "uom um bum unit units unite unita unidad unidade eenheid jednostka jm meins vrkme"
)
_UNITS = frozenset(_UNIT_NAMES.split())
"""Names of columns of units, in plain form."""
_BESIDE = (
    "angaben alle sind mengen menge werte zahlen quantities quantity figures values all are expressed numbers in "
    "quantites quantite valeurs chiffres exprimees exprimes toutes les des en cantidades cantidad quantita valori "
    "betrage umsatze amounts montants stuckzahlen"
)
_ABOUT = _UNITS | frozenset(_BESIDE.split())
"""Words that stand beside a scale above a table."""
_PER = re.compile(r"(?i)(?:\b(?:je|pro|per|par|por|pour)|/)\s*$")


def _patterns(factor: int) -> list[re.Pattern[str]]:
    sure, either = _SURE[factor], f"(?:{_SURE[factor]}|{_SHORT[factor]})"
    start = r"(?<![^\W_])(?<![.,])"
    unit = rf"(?!\w)\.?\s*(?:{_LINK}(?:{_PIECES})(?!\w)\.?)?"
    written = (
        rf"[(\[]\s*(?:(?:in|en|em|w|x|×|\*)\s*)?{either}{unit}\s*[)\]]",
        rf"{start}(?:(?:in|en|em|w)\s+|[x×*]\s*){either}{unit}\s*$",
        rf"{start}(?:{sure}){unit}",
        rf"^\s*(?:{_SHORT[factor]})\s+{_LINK}(?:{_PIECES})\.?\s*$",
        *([r"(?<=[\s,_/-])(?-i:k)$"] if factor == 1_000 else []),
    )
    return [re.compile(one, re.IGNORECASE) for one in written]


_PATTERNS = [(factor, one) for factor in _SURE for one in _patterns(factor)]


@cache
def unscaled(name: str) -> tuple[str, int]:
    """The *name* of a column without what it says of a scale, and the scale: 1 where it says nothing.

    >>> unscaled("Menge (Tsd.)"), unscaled("Qty (000s)"), unscaled("Quantité (milliers)"), unscaled("k pcs")
    (('Menge', 1000), ('Qty', 1000), ('Quantité', 1000), ('', 1000))
    >>> unscaled("Menge (ST)"), unscaled("Menge (kg)"), unscaled("Werk 1000"), unscaled("Preis pro Tausend")
    (('Menge (ST)', 1), ('Menge (kg)', 1), ('Werk 1000', 1), ('Preis pro Tausend', 1))
    """
    for factor, pattern in _PATTERNS:
        match = pattern.search(name)
        if match is not None and not _PER.search(name[: match.start()]):
            return f"{name[: match.start()]}{name[match.end() :]}".strip(" ,;:-_/"), factor
    return name, 1


def unit_scale(text: str) -> int:
    """How many the unit *text* stands for.

    >>> unit_scale("TSD"), unit_scale("Tsd. Stk"), unit_scale("MIL"), unit_scale("KG"), unit_scale("ST")
    (1000, 1000, 1000, 1, 1)
    """
    return 1_000 if plain(text) in _CODES else unscaled(text)[1]


def counts_parts(name: str) -> bool:
    """Whether *name* says nothing but that parts are counted, one by one.

    >>> counts_parts("Szt."), counts_parts("Stk"), counts_parts("kg")
    (True, True, False)
    """
    return _COUNTED_SINGLY.fullmatch(name.strip()) is not None


def names_unit(name: str) -> bool:
    """Whether *name* is one of a column of units."""
    return plain(name.lower()) in _UNITS


def tells_scale(text: str) -> bool:
    """Whether *text*, above a table, says nothing but how its numbers are counted.

    >>> tells_scale("Alle Mengen in Tsd. Stück"), tells_scale("Unit: k pcs"), tells_scale("Thousand Oaks plan")
    (True, True, False)
    """
    bare, factor = unscaled(text)
    return factor > 1 and all(word in _ABOUT for word in plain(bare).split())


def scale_within(text: str) -> str | None:
    """The end of *text*, a title above a table, that says how its numbers are counted, with a unit or behind a word for
    it; None where there is none.

    >>> scale_within("Rolling forecast – quantities in thousand pcs"), scale_within("Plan (Mengen in Tsd.)")
    ('quantities in thousand pcs', '(Mengen in Tsd.)')
    >>> scale_within("Plan Thousand Oaks"), scale_within("Plan 1000")
    (None, None)
    """
    words = text.split()
    ends = (" ".join(words[at:]) for at in range(len(words) - 1) if re.match(r"[\w(\[]", words[at]))
    return next(filter(tells_scale, ends), None)


def bare_periods(raw: Raw) -> Raw:
    """*raw* where periods above columns bear no scale any more (`KW 08/2026 (Tsd.)`): a column of units does."""
    found = {name: unscaled(name) for name in raw.frame.columns}
    named = {name: bare for name, (bare, factor) in found.items() if factor > 1 and is_period(bare)}
    factors = {found[name] for name in named}
    if not named or len({factor for _bare, factor in factors}) > 1 or set(named.values()) & set(raw.frame.columns):
        return raw
    first = next(iter(named))
    frame = raw.frame.rename(named).with_columns(pl.lit(first.removeprefix(named[first]).strip()).alias(UNIT))
    return replace(raw, frame=frame)


def factors(frame: pl.DataFrame, roles: Mapping[str, str], counted: Collection[str], journal: Journal) -> pl.DataFrame:
    """For each role of *counted* whose numbers in *frame* are not single ones, a column with what they are to be
    multiplied with: as the name of its own column says, or that of its unit, or one in the corner of a matrix."""
    found: dict[str, pl.Series] = {}
    told: dict[str, int] = {}
    units = _units(frame)
    others = [name for name in frame.columns if not {name} & {ROW, *(roles.get(role) for role in counted)}]
    corner = next((name for name in others if unscaled(name)[1] > 1 and not frame[name].dtype.is_numeric()), None)
    for role in counted:
        column = roles.get(role)
        if column is None:
            continue
        own = unscaled(column)[1]
        if own == 1 and corner is not None and role == "quantity" and column not in journal.raw.frame.columns:
            column, own = corner, unscaled(corner)[1]
        if own > 1:
            found[role] = pl.repeat(own, frame.height, dtype=pl.Float64, eager=True)
            told[column] = own
        elif units is not None and role != "value":
            found[role] = units
            told[units.name] = int(units.max() or 1)  # type: ignore[arg-type]
    for column, factor in told.items():
        text = _('numbers are multiplied by {factor}: "{column}" says so')
        if units is not None and column == units.name:
            text = _('numbers are multiplied by {factor} where "{column}" says so')
        journal.note(text.format(column=column, factor=number(factor, 0)))
    return pl.DataFrame([series.alias(role) for role, series in found.items()])


def _units(frame: pl.DataFrame) -> pl.Series | None:
    """What the numbers of each row are to be multiplied with, by the column of units that says more than one."""
    for name in frame.columns:
        if not names_unit(name) or frame.schema[name] not in (pl.String, pl.Categorical):
            continue
        texts = frame[name].cast(pl.String)
        each = {text: float(unit_scale(text)) for text in texts.drop_nulls().unique()}
        if max(each.values(), default=1.0) > 1:
            return texts.replace_strict(each, default=1.0, return_dtype=pl.Float64).fill_null(1.0).alias(name)
    return None
