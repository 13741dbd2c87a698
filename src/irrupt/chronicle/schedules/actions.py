"""Words for what a row does to the plan before it: it adds a quantity, changes one, or deletes it."""

from __future__ import annotations

import re

import polars as pl

from irrupt.chronicle.hints import plain, word_set
from irrupt.chronicle.schedules.numbers import is_text

ADDED, CHANGED, DELETED = "added", "changed", "deleted"
_WORDS = {
    ADDED: word_set(
        "a n i added add new insert inserted created neu hinzugefugt angelegt ajoute ajoutee ajout nouveau nouvelle "
        "anadido anadida nuevo nueva alta aggiunto aggiunta nuovo nuova nieuw toegevoegd nowy nowa dodano novo nova"
    ),
    CHANGED: word_set(
        "c u m changed change modified modify updated update amended geandert anderung modifie modifiee modification "
        "modificado modificada cambio modificato modificata modifica gewijzigd zmieniono zmiana alterado alterada"
    ),
    DELETED: word_set(
        "d x deleted delete removed remove cancelled canceled cancel geloscht loschung entfallen storniert supprime "
        "supprimee suppression annule annulee eliminado eliminada baja eliminato eliminata verwijderd vervallen "
        "usunieto usuniety excluido excluida"
    ),
}
_MEANS = {word: what for what, words in _WORDS.items() for word in words}
_CHANGES = re.compile(
    r"\b(?:a|ae)nderung(?:en)?\b|\bchanges\b|\bmodif(?:s|ications)\b|\bcambios\b|\bmodifiche\b|\bwijzigingen\b"
)
_SAMPLE, _MOST = 2_000, 6


def actions(column: pl.Series) -> pl.Series:
    """What each cell of *column* says that is done: `ADDED`, `CHANGED`, `DELETED`; null where it says nothing.

    >>> actions(pl.Series(["A", "Geändert", "deleted", "?"])).to_list()
    ['added', 'changed', 'deleted', None]
    """
    texts = column.cast(pl.String)
    distinct = texts.drop_nulls().unique().to_list()
    return texts.replace_strict({text: _MEANS.get(plain(text)) for text in distinct}, return_dtype=pl.String)


def names_changes(name: str) -> bool:
    """Whether *name*, of a sheet or a file, says that it holds changes alone.

    >>> names_changes("Aenderungen_2025-10-06.csv"), names_changes("changes KW40"), names_changes("Exchange 2025")
    (True, True, False)
    """
    return _CHANGES.search(plain(name)) is not None


def with_actions(frame: pl.DataFrame, quantity: str, issued: str) -> pl.DataFrame:
    """*frame*, whose rows are changes of a *quantity* that are *issued* one after the other, with a column that says
    whether each adds it or changes it."""
    others = [name for name in frame.columns if name not in (quantity, issued)]
    again = pl.int_range(pl.len()).over(others) > 0
    return frame.with_columns(pl.when(again).then(pl.lit(CHANGED)).otherwise(pl.lit(ADDED)).alias("change"))


def tells_actions(column: pl.Series) -> bool:
    """Whether *column* tells of what is added and of what is changed or deleted, and of nothing else.

    >>> tells_actions(pl.Series(["A", "C", None])), tells_actions(pl.Series(["new", "open"]))
    (True, False)
    """
    if not is_text(column):
        return False
    texts = column.head(_SAMPLE).drop_nulls().cast(pl.String).unique()
    told = set(actions(texts)) if 1 < len(texts) <= _MOST else set()
    return ADDED in told and len(told) > 1 and None not in told
