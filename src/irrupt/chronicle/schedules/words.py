"""What the cells of a schedule say: firm or forecast, call-off or delivered, backlog or not."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.hints import plain, word_set
from irrupt.chronicle.schedules.numbers import is_text
from irrupt.chronicle.schedules.scripts import FIRM, SOFT
from irrupt.chronicle.schedules.stems import tells_sum

FORECAST, CALL_OFF, DELIVERED, ORDER, RECEIPT = "forecast", "call-off", "delivered", "order", "receipt"
_OURS = frozenset({FORECAST, CALL_OFF, DELIVERED, ORDER, RECEIPT})
"""Kinds of rows. A *receipt* is a delivery that a message mentions, as the last one; most are never mentioned."""


_FIRM = word_set(
    "firm f fixed fix fest verbindlich ferme confirmed committed binding frozen 1 c true yes y oui ja si order orders "
    "commande commandes bestellung bestellungen auftrag auftrage pedido pedidos ordine ordini firme fermo fijo fija "
    "confirmado confermato bevestigd vast bestatigt fixiert potwierdzony potwierdzona potwierdzone zavazne zavazna "
    "zavazny potvrzeno potvrzene kesin onayli fast bekraftad x 確定 "
    "pewne pewny pewna pevne pevna rogzitett vegleges vahvistettu kiintea ferm"
) | {"purchase order", "firm order", "bon de commande"}
_SOFT = word_set(
    "forecast planned planning plan soft previsionnel prevision prognose vorschau 4 d 0 false no n non nein tentative "
    "open p estimated indicative previsto prevu pronostico v previsionale previsione previsao prognoza voorspelling "
    "abnahmeverpflichtung materialfreigabe fcst "
    "unverbindlich offen provisional provisorio preliminary vyhled predpoved tahmin tahmini ongoru prognos preliminar "
    "elorejelzes elozetes tervezett ennuste suunniteltu estimat "
    "内示 slushy liquid flexible tradeoff"
) | {"trade off", "trade off zone", "free zone"}
_STILL_OPEN = word_set("open offen")
"""What a status says of every order that is not delivered yet, where it says nothing else of any."""
_BINDS = word_set(
    "firm firmed ferme fermes fijo fija fijos fijas fix fixed fest verbindlich confirmed fermo firme firmes fixabruf "
    "festabruf frozen confirmee confirmees confermata confermate confirmada"
)
_OPEN = word_set(
    "forecast planned planifie previsionnel previsionnelle prevision previsions prognose vorschau tentative estimated "
    "indicative previsto previsione previsao prognoza unverbindlich provisional prevista previste previsti previstas "
    "previstos prevu prevus prevue prevues pronostico previsional estimada estimee planificada pianificata planifiee "
    "geplant geplante fcst"
)
"""Words that tell firm from forecast within longer texts (`Commande ferme`)."""
_FIRM, _SOFT = _FIRM | FIRM, _SOFT | SOFT
_TRADE_OFF = frozenset({"t", "trade off", "tradeoff", "trade off zone", "abnahme", "material", "m"})
"""What the zone behind the firm one is called, in which material is bought but nothing is made."""
_MAKE = re.compile(
    r"(?:production|produktions?|fertigungs?|manufacturing|fabrication) ?(?:release|freigabe|authori[sz]ation)|"
    r"(?:liberation|autorisation|autorizacion|liberacion|autorizzazione|autorizacao) (?:d[ei] |a |alla )?"
    r"(?:fabrication|production|fabricacion|produccion|produzione|producao)"
)
_BUY = re.compile(r"mater|matiere|approvision|acopio")
"""What is released to be made, or bought, short of being ordered."""
_DENIED = word_set("not non nicht no pas semi")
_SCHEDULED = "lieferabruf"
"""Beside a forecast this is firm; beside a detailed call-off, it is the forecast."""
_MARK = "x"
_WHOLE = r"\.0$"
_SAMPLE, _FEW = 2_000, 6
"""Cells that are looked at; texts that tell what is firm, at most."""
_WORD = r"\pL{3,}|[\p{Han}\p{Hangul}]{2,}|^[FPVfpv]$"
_YES_NO = r"(?i)^(?:yes|oui|ja|no|non|nein|true|false)$"
_STATES = 20
"""Words for how an order stands that a column has at most."""
_LATE = (
    "backlog|past due|arrears|overdue|ruckstand|retard|arriere|vencido|arretrato|em atraso|zalegle|achterstand|skluz|"
    "gecikme|gecikmis"
)
OVERDUE = frozenset(_LATE.split("|"))
"""What stands in the place of a period, or of the name of a row, for what was due before."""
AT_ONCE = word_set(
    "sofort sofortbedarf immediate immediately asap immediat immediatement inmediato immediato imediato onmiddellijk "
    "natychmiast"
)
"""What stands in the place of a period for what is due as soon as it is announced."""
_YES = word_set("true yes y 1 x oui o ja j si s vrai wahr backlog past due arrears")
_NO = word_set("false no n 0 non nein faux falsch")
_CANCELLED = (
    "cancel", "canceled", "cancelled", "cancellation", "order cancelled", "returned", "void", "voided",
    "annule", "annulee", "annulees", "annules", "annulation", "commande annulee", "retourne", "retournee",
    "storno", "storniert", "annulliert", "retourniert", "cancelado", "cancelada", "anulado", "anulada", "devuelto",
    "annullato", "annullata", "annullamento", "reso", "geannuleerd", "geretourneerd", "devolvido", "devolvida",
    "makulerad", "annullerad", "avbestalld", "annulleret", "kansellert", "stornato", "storniran",
    "anulowane", "anulowano", "anulowany", "anulowana", "zwrocone", "zwrot",
)  # fmt: skip
"""What a status says of an order that is cancelled, or taken back."""
_KINDS = {
    CALL_OFF: "call off;calloff;call;release;jit;firm order;abruf;feinabruf;appel;appel de livraison;862;deljit;4915",
    DELIVERED: "delivered;delivery;actual;actuals;shipped;shipment;received;consumption;sales;sold;livre;"
    "livraison;reel;realise;geliefert;lieferung;ist;entregado;consegnato",
    FORECAST: "forecast;plan;planned;planning;schedule;delivery schedule;prevision;previsionnel;programme;vorschau;"
    "lieferabruf;prognose;830;delfor;4905",
    ORDER: "order;orders;commande;bestellung;auftrag;pedido;ordine",
}


RETURNS = word_set(
    "return returns returned retoure retouren retour retours rucklieferung rucksendung ruckgabe devolucion "
    "devoluciones reso resi devolucao devolucoes retourzending zwrot zwroty vratka iade"
)
"""What rows beside deliveries are called that take from them."""


def _bare(text: str) -> str:
    """*text* in plain form, or as it is where its letters have none, as in Japanese."""
    return plain(text) or text.strip()


def _read(column: pl.Series, meanings: Mapping[str, object], dtype: pl.DataType) -> pl.Series:
    """*column* by the plain form of its texts; null where a text means nothing known."""
    texts = column.cast(pl.String).str.replace(_WHOLE, "")
    distinct = texts.drop_nulls().unique()
    found = pl.DataFrame(
        {"text": distinct, "meaning": pl.Series([meanings.get(_bare(text)) for text in distinct], dtype=dtype)}
    )
    joined = texts.alias("text").to_frame().join(found, on="text", how="left", maintain_order="left")
    return joined["meaning"].alias(column.name)


def firm(column: pl.Series) -> pl.Series:
    """Whether each cell says that a quantity binds.

    >>> firm(pl.Series(["Firm", "forecast", "Commande ferme", "?"])).to_list()
    [True, False, True, None]
    >>> firm(pl.Series(["Lieferabruf", "Prognose"])).to_list()
    [True, False]
    """
    if column.dtype == pl.Boolean:
        return column
    names = {_bare(text) for text in column.cast(pl.String).str.replace(_WHOLE, "").drop_nulls().unique()}
    meanings: dict[str, object] = {name: binds_or_not(name) for name in names}
    if scheduled_firm(column):
        meanings |= dict.fromkeys((_SCHEDULED, "feinabruf"), True)
    if released(column):
        meanings |= {name: _MAKE.search(name) is not None for name in names}
    if zoned(column):
        meanings |= dict.fromkeys(_TRADE_OFF, False)
    meanings |= _first_letters(column.name)
    told = _read(column, meanings, pl.Boolean())
    return told.fill_null(value=False) if zoned(column) or marked(column) else told


def _first_letters(name: str) -> dict[str, bool]:
    """The first letters of two words in the *name* of a column, for what is firm and what is foreseen, and what they
    say in its cells; nothing where it does not name both.

    >>> _first_letters("Vast/Prognose"), _first_letters("Firm or plan"), _first_letters("Status")
    ({'v': True, 'p': False}, {'f': True, 'p': False}, {})
    """
    parts = [plain(part) for part in re.split(r"[/|]| or | ou | oder | of | o ", name)]
    told = {part[0]: bool(binds_or_not(part)) for part in parts if part and binds_or_not(part) is not None}
    return told if len(parts) == len(told) == len(set(told.values())) else {}


def tells_firm(column: pl.Series) -> bool:
    """Whether *column* tells firm quantities from forecasts: a few texts, all of them words for one or the other, or
    for the sum of both."""
    texts = column.drop_nulls().head(_SAMPLE).cast(pl.String).unique()
    if not 0 < len(texts) <= _FEW:
        return False
    texts = texts.filter([not tells_sum(text) for text in texts])
    told = firm(texts)
    plainly = texts.str.contains(_WORD).all() and not texts.str.contains(_YES_NO).any()
    return bool(plainly and told.null_count() == 0 and told.n_unique() == 2)


def all_open(column: pl.Series) -> bool:
    """Whether *column* says of everything that it is open: orders are, be they firm or not.

    >>> all_open(pl.Series(["Open", "open"])), all_open(pl.Series(["Open", "Firm"]))
    (True, False)
    """
    return {_bare(text) for text in column.cast(pl.String).unique()} <= _STILL_OPEN


def marked(column: pl.Series) -> bool:
    """Whether *column*, called as what binds is, holds a mark (`X`) in the rows that are firm, and nothing in others.

    >>> marked(pl.Series("Fix", ["X", None])), marked(pl.Series("Fix", ["X", "offen"]))
    (True, False)
    """
    if not is_text(column) or not column.null_count() or _BINDS.isdisjoint(plain(column.name).split()):
        return False
    return {_bare(text) for text in column.drop_nulls().cast(pl.String).unique()} == {_MARK}


def zoned(column: pl.Series) -> bool:
    """Whether *column* tells nothing but in which zone quantities are, the firm one or the trade-off zone behind it:
    what bears no word lies beyond both.

    >>> zoned(pl.Series("Firm/Trade-off", ["F", "T", None])), zoned(pl.Series("Firm", ["firm", "forecast", None]))
    (True, False)
    """
    name = plain(column.name).split()
    if not is_text(column) or _BINDS.isdisjoint(name) or not (column.null_count() or {"trade", "zone"} & set(name)):
        return False
    names = {plain(text) for text in column.drop_nulls().cast(pl.String).unique()}
    return any(binds_or_not(name) for name in names) and all(binds_or_not(name) or name in _TRADE_OFF for name in names)


def released(column: pl.Series) -> bool:
    """Whether the most that *column* says of quantities is that they may be made: else material may be bought for them,
    or they are foreseen.

    >>> released(pl.Series(["Production release", "Material release", "Forecast"])), released(pl.Series(["Firm"]))
    (True, False)
    """
    if not is_text(column):
        return False
    names = {plain(text) for text in column.drop_nulls().cast(pl.String).unique()}
    open_ = all(_MAKE.search(name) or _BUY.search(name) or binds_or_not(name) is False for name in names)
    return open_ and len(names) > 1 and any(map(_MAKE.search, names))


def coded(column: pl.Series) -> bool:
    """Whether *column* holds the codes of EDIFACT for what is firm (1) and what is foreseen (4), and none but these."""
    texts = {text.removesuffix(".0") for text in column.drop_nulls().cast(pl.String).unique()}
    return {"1", "4"} <= texts <= {"1", "2", "3", "4"}


def binds_or_not(name: str) -> bool | None:
    """Whether a text, in plain form, says that a quantity binds; None where it does not tell."""
    if name in _FIRM or name in _SOFT:
        return name in _FIRM
    return None if name in _KINDS[CALL_OFF].split(";") else binds(name)


def binds(name: str) -> bool | None:
    """Whether a word in *name*, a text in plain form, is one for what binds; None where there is none, or both kinds.

    >>> binds("firm qty"), binds("quantite previsionnelle"), binds("order")
    (True, False, None)
    """
    own = set(name.split())
    if bool(own & _BINDS) == bool(own & _OPEN):
        return None
    return bool(own & _BINDS) and not own & _DENIED


def scheduled_firm(column: pl.Series) -> bool:
    """Whether *column* has delivery schedules beside forecasts, so that they are the firm ones of both."""
    if not is_text(column):
        return False
    names = {plain(text) for text in column.drop_nulls().cast(pl.String).unique()}
    return _SCHEDULED in names and any(binds_or_not(name) is False for name in names)


def yes(column: pl.Series) -> pl.Series:
    """Whether each cell says yes; a number other than nought does too."""
    if column.dtype == pl.Boolean:
        return column
    number = column.cast(pl.Float64, strict=False)
    said = _read(column, dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False), pl.Boolean())
    return said.zip_with(said.is_not_null(), number != 0)


def cancelled(column: pl.Series) -> pl.Series:
    """Whether each cell says that an order is cancelled or taken back, as an answer of yes or no or as a status.

    >>> cancelled(pl.Series(["Annulée", "Livrée", "yes", "0"])).to_list()
    [True, None, True, False]
    """
    if column.dtype == pl.Boolean:
        return column
    answer = yes(column)
    return answer.zip_with(answer.is_not_null(), _read(column, dict.fromkeys(_CANCELLED, True), pl.Boolean()))


def tells_cancelled(column: pl.Series) -> bool:
    """Whether *column* is a status: a few texts, some of which, but not all, say that an order is cancelled."""
    if not is_text(column):
        return False
    texts = column.drop_nulls().cast(pl.String).unique()
    return 1 < len(texts) <= _STATES and any(plain(text) in _CANCELLED for text in texts)


def overdue(column: pl.Series) -> pl.Series:
    """Whether each cell names what was due before, in the place of a period, or else what is due at once; null where it
    names neither.

    >>> overdue(pl.Series(["Rückstand", "Sofort", "KW 5", None])).to_list()
    [True, False, None, None]
    """
    meanings: dict[str, object] = {**dict.fromkeys(OVERDUE, True), **dict.fromkeys(AT_ONCE, False)}
    return _read(column, meanings, pl.Boolean())


def is_at_once(name: str) -> bool:
    """Whether a column of this *name* holds what is due as soon as it is announced."""
    return plain(name) in AT_ONCE


def tells_kind(column: pl.Series) -> bool:
    """Whether *column* tells call-offs from forecasts: a few texts, each known for one or the other."""
    if not is_text(column):
        return False
    texts = column.drop_nulls().cast(pl.String).unique()
    return 1 < len(texts) <= _STATES and set(kind(texts)) == {CALL_OFF, FORECAST}


def kind(column: pl.Series) -> pl.Series:
    """What each cell says that a row is.

    >>> kind(pl.Series(["Forecast", "Call-off", "Delivered"])).to_list()
    ['forecast', 'call-off', 'delivered']
    """
    if set(column.drop_nulls().unique()) <= _OURS:
        return column
    meanings: dict[str, object] = {name: kind for kind, names in _KINDS.items() for name in names.split(";")}
    return _read(column, meanings, pl.String())
