"""Whether points group thousands in a table (`1.200` is a thousand and two hundred) or part decimals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.schedules.numbers import POINT_GROUPS, bare_numbers, beside, is_text, points_group, sure_sign
from irrupt.i18n import gettext as _

_EUROPEAN = (
    "menge mengen abrufmenge bedarfsmenge planmenge bestellmenge liefermenge bedarf teil teilenummer sachnummer "
    "artikelnummer materialnummer kunde werk abruf abrufdatum bestelldatum liefertermin lieferdatum lieferwoche termin "
    "datum woche monat stuck ausgestellt quantite qte besoin besoins livraison commande emission semaine mois usine "
    "cantidad fecha entrega pedido emision semana planta articulo codigo cliente quantita consegna emissione articolo "
    "codice settimana stabilimento quantidade emissao referencia hoeveelheid aantal leverdatum onderdeel artikel klant "
    "uitgegeven ilosc dostawy zamowienia klient tydzien czesc"
)
_WITH_COMMAS = frozenset(_EUROPEAN.split())
"""Words of headings, in plain form, in languages whose decimals stand behind a comma."""
_TWO_WORDS = 2
_SLASHED = r"^\s*(\d{1,2})[/-](\d{1,2})[/-](?:\d{2}){1,2}(?:\D|$)"
_FIGURES = r"^[+-]?\d[\d.,]*$"
_SEMICOLON = ";"
_WITNESSES = 2
"""Of semicolon, headings and dates, how many must speak of decimal commas where numbers do not tell."""


class Points(NamedTuple):
    """What points are in the numbers of a table."""

    group: bool
    """Whether they group thousands."""
    note: str = ""
    """What is to be told of it, where it is not plain."""


def points_of(
    counts: Sequence[pl.Series],
    dates: Sequence[pl.Series] = (),
    others: Iterable[pl.Series] = (),
    names: Sequence[str] = (),
    separator: str = "",
) -> Points:
    """What points are in the numbers of *counts*, in a table with such *dates* and, beside them, *others*; its columns
    have these *names*, and its cells are parted by *separator*.

    Beyond what `points_group` tells: one number or two like `1.200` are thousands where plain numbers beside them are
    as large. Where numbers do not tell, two of three must: cells parted by semicolons, headings in a language with
    decimal commas, dates such as 25/03/2026 that begin with the day. Else points part decimals, which is told.

    >>> large, small = pl.Series(["1.200"]), pl.Series(["1.205", "3"])
    >>> points_of([large], [pl.Series(["25/03/2026"])], names=["Fecha", "Cantidad"]).group, points_of([large]).group
    (True, False)
    >>> points_of([small])
    Points(group=False, note='')
    """
    if points_group(counts, dates):
        by_dates = not points_group(counts)
        text = _("dates have points, so points are read as grouping thousands: 1.200 is 1200")
        return Points(True, text if by_dates else "")
    texts, beyond = ([bare_numbers(one) for one in some if is_text(one)] for some in (counts, others))
    pointed = [text for text in texts if text.str.contains(POINT_GROUPS).any()]
    if not pointed or any(sure_sign(text) is not None for text in texts):
        return Points(False)
    told = {beside(text) for text in pointed}
    if True in told:
        text = _("numbers beside them are as large, so points are read as grouping thousands: 1.200 is 1200")
        return Points(True, text)
    if False in told:
        return Points(False)
    signs = {sure_sign(text) for text in beyond if _numbers(text)}
    first = {_day_first(column) for column in dates if is_text(column)}
    witnesses = (separator == _SEMICOLON) + _decimal_commas(names) + (True in first)
    commas, decimals = True in signs or witnesses >= _WITNESSES, False in signs or False in first
    if commas and not decimals:
        text = _("the table is written as where decimals have commas, so points group thousands: 1.200 is 1200")
        return Points(True, text)
    if decimals and not commas:
        return Points(False)
    text = _(
        "nothing tells whether the point in {example} groups thousands: it is read as one of decimals; write thousands "
        "without points if it does (1200)"
    )
    example = pointed[0].filter(pointed[0].str.contains(POINT_GROUPS)).min()
    return Points(False, text.format(example=example))


def _numbers(texts: pl.Series) -> bool:
    """Whether all *texts* are figures with signs that part them."""
    return bool(texts.str.contains(_FIGURES).all())


def _decimal_commas(names: Sequence[str]) -> bool:
    """Whether headings are in a language with decimal commas."""
    return sum(not set(plain(name).split()).isdisjoint(_WITH_COMMAS) for name in set(names)) >= _TWO_WORDS


def _day_first(column: pl.Series) -> bool | None:
    """Whether the dates of *column*, in figures between slashes, begin with the day; None where that is not plain."""
    figures = column.unique().cast(pl.String).str.extract_groups(_SLASHED).struct.unnest()
    above = [bool((figures[part].cast(pl.Int64) > 12).any()) for part in figures.columns]
    return None if above[0] == above[1] else above[0]
