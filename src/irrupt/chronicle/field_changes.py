"""Histories of changed fields, as systems of records keep them: a row for each field that was given another value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import STATES, name_score, plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.times import readable_share
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(";"))


_FIELD = _names("""
    fname; field; field name; fieldname; field event; changed field; field changed; field label; attribute name;
    property; property name; feld; feldname; geandertes feld; champ; nom du champ; champ modifie; zone;
    zone modifiee; veld; veldnaam; campo; nombre del campo; nome do campo; nome campo; pole; nazwa pola
""")
_OLD = _names("""
    value old; old value; oldvalue; from string; fromstring; from; original value; previous value; old; before;
    alter wert; wert alt; altwert; alt; bisheriger wert; ancienne valeur; valeur ancienne; valeur avant; oude waarde;
    valor anterior; valor antiguo; valor antigo; valore precedente; vecchio valore; stara wartosc; poprzednia wartosc
""")
_NEW = _names("""
    value new; new value; newvalue; to string; tostring; to; current value; new; after; neuer wert; wert neu; neuwert;
    neu; nouvelle valeur; valeur nouvelle; valeur apres; nieuwe waarde; valor nuevo; nuevo valor; valor novo;
    novo valor; nuovo valore; valore nuovo; nowa wartosc
""")
"""What the columns of the field and of its values are called, the most telling first."""
_CASE = _names(
    "objectid; object id; object value; objektwert; objekt id; documentkey; document key; record id; parent id"
)
"""What the column of the record that is changed is called, where it is not called as cases are elsewhere."""
_KIND = _names("chngind; change indicator; change type; type of change; anderungskennzeichen; anderungsart")
_VAGUE = frozenset(_names("field; zone; property; feld; champ; veld; campo; pole"))
_BARE = frozenset(_names("from; to; old; new; before; after; alt; neu"))
"""Names of fields and of values that other tables have, too: areas, where something came from, when it began."""
_TRANSACTION = frozenset(_names("tcode; transaction code; transaktion"))
"""How what somebody called up to change something is called: it is no step."""
_OF_STATES = ("status", "stage", "phase")
"""How the names of fields that tell states end where their words are not apart (`dealstage`)."""
_KNOWN, _TIMES = 0.5, 0.5
"""How well a name tells of times, and share of values that are times, from which on a column holds times."""
_ROW_ITSELF = ("key", "created", "schlussel", "")
"""Fields that stand for the whole record."""
_CHANGED: Mapping[str, str] = {
    "wert": "geändert", "altwert": "geändert", "alt": "geändert", "valeur": "modifié", "waarde": "gewijzigd",
    "valor": "modificado", "valore": "modificato", "wartosc": "zmieniono",
}  # fmt: skip
"""Word in the name of the old value -> how that language says that something was changed."""


def with_changed_fields(raw: Raw, asked: Mapping[str, str]) -> Raw:
    """*raw* with a column of activities, if each row changes a field from an old value to a new one: that the field was
    changed or, of a field that is a state, the one that was reached. *asked*: role -> column.

    >>> rows = {"OBJECTID": ["1", "1"], "FNAME": ["EDATU", "Status"], "VALUE_OLD": ["20260102", "Open"],
    ...         "VALUE_NEW": ["20260105", "Closed"], "UDATE": ["2026-01-02", "2026-01-03"]}
    >>> raw = Raw(frame=pl.DataFrame({ROW: [0, 1], **rows}), name="", locate=lambda _rows: ())
    >>> with_changed_fields(raw, {}).frame["change"].to_list()
    ['EDATU changed', 'Closed']

    Raises `DataError` where no other column holds times: those among the values are not when they were changed.
    """
    frame = raw.frame
    names = {plain(name): name for name in reversed(frame.columns) if name != ROW}
    field, old, new = (_called(names, known) for known in (_FIELD, _OLD, _NEW))
    if raw.settled or raw.roles or {"activity"} & asked.keys() or not (field and old and new):
        return raw
    others = [name for name in names.values() if name not in (field, old, new)]
    if any(_tells_steps(frame[name]) for name in others) or _moves(frame, field, old, new):
        return raw
    if "end" not in asked and not any(_holds_times(frame[name]) for name in others):
        join = _("SAP keeps times in CDHDR: join it by OBJECTID and CHANGENR") if "changenr" in names else ""
        raise DataError(Fault(raw.name, _("no column tells when fields were changed"), remedy=join or "--map end=…"))
    change = "change" if "change" not in frame.columns else "change (2)"
    activity = _activities(frame, (field, old, new), _called(names, _KIND), _said(old)).alias(change)
    note = _(
        'each row changes a field ("{field}"), from "{old}" to "{new}": a step is that the field was changed, or the '
        "state that it was changed to"
    )
    case = _called(names, _CASE)
    return replace(
        raw,
        frame=frame.with_columns(activity),
        roles={"activity": change} | ({"case": case} if case and "case" not in asked else {}),
        notes=(*raw.notes, note.format(field=field, old=old, new=new)),
        identified=True,
    )


def _called(names: Mapping[str, str], known: Sequence[str]) -> str | None:
    """The column that bears the first of the *known* names."""
    return next((names[name] for name in known if name in names), None)


def _tells_steps(column: pl.Series) -> bool:
    """Whether *column* is called as activities are, and tells several."""
    named = name_score("activity", column.name) > _KNOWN and plain(column.name) not in _TRANSACTION
    return named and column.drop_nulls().n_unique() > 1


def _moves(frame: pl.DataFrame, field: str, old: str, new: str) -> bool:
    """Whether *old* and *new* may be places or times between which something moved, as their names do not tell: they
    hold times, or *field* may be an area rather than a field, as no state is among those."""
    if not {plain(old), plain(new)} <= _BARE:
        return False
    fields = texts_of(frame[field].drop_nulls()).unique().to_list()
    areas = plain(field) in _VAGUE and not any(_is_state(plain(name)) for name in fields)
    return areas or all(_holds_times(frame[name]) for name in (old, new))


def _is_state(label: str) -> bool:
    """Whether a field called *label*, in plain form, is a state: its new value says what was reached."""
    return not STATES.isdisjoint(label.split()) or label.endswith(_OF_STATES)


def _holds_times(column: pl.Series) -> bool:
    """Whether *column* holds times; numbers of documents are none, whatever moment they could count, unless the column
    is called as times are."""
    if name_score("end", column.name) > _KNOWN:
        return readable_share(column) > _TIMES
    numbered = texts_of(column.drop_nulls()).str.strip_chars().str.contains(r"^(\d{1,7}|\d{9,13}|\d{15,})$").all()
    return not numbered and readable_share(column) > _TIMES


def _said(old: str) -> str:
    """How it is said that something was changed, in the language of the column of *old* values."""
    return next((said for word, said in _CHANGED.items() if word in plain(old).split()), "changed")


def _activities(frame: pl.DataFrame, columns: tuple[str, str, str], kind: str | None, said: str) -> pl.Series:
    """What was done, row by row."""
    frame = frame.with_columns(texts_of(frame[name]) for name in {*columns, *([kind] if kind else [])})
    field, old, new = (pl.col(name).str.strip_chars().fill_null("") for name in columns)
    labels = {name: plain(name) for name in frame.select(field).to_series().unique().to_list()}
    states = [name for name, label in labels.items() if _is_state(label)]
    whole = [name for name, label in labels.items() if label in _ROW_ITSELF]
    of_kind = pl.lit("") if kind is None else pl.col(kind).str.strip_chars().str.to_uppercase()
    gone = pl.when(of_kind.is_in(["D", "E"])).then(pl.lit("deleted")).otherwise(pl.lit("created"))
    reached = pl.when(new.str.contains(r"^[-\d.,]*$")).then(pl.concat_str(field, new, separator=" ")).otherwise(new)
    return frame.select(
        pl.when(field.is_in(whole))
        .then(gone)
        .when(field.is_in(states))
        .then(reached)
        .when((old == "") & (new == ""))
        .then(field)
        .otherwise(pl.concat_str(field, pl.lit(said), separator=" "))
    ).to_series()
