"""Which column of a table of schedules is what."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache, lru_cache

import polars as pl

from irrupt.chronicle.hints import name_score as log_score
from irrupt.chronicle.hints import plain, spellings
from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.categories import dates_agree, in_words, tells_lengths
from irrupt.chronicle.schedules.daycounts import names_days
from irrupt.chronicle.schedules.fitting import NUMERIC, can_be, is_number
from irrupt.chronicle.schedules.horizons import with_horizon
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.partners import of_one_party
from irrupt.chronicle.schedules.periods import months_of_one_year, names_weeks, periods_among, read_periods
from irrupt.chronicle.schedules.scales import unscaled
from irrupt.chronicle.schedules.scripts import BY_ROLE
from irrupt.chronicle.schedules.stems import MOST, as_party, names_thing, of_value, tells_packing, word_score
from irrupt.chronicle.schedules.words import coded, firm, tells_cancelled, tells_firm, tells_kind, zoned
from irrupt.errors import DataError, Fault, UsageError, did_you_mean
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

NAMES: dict[str, str] = {
    "issued": """
        issued; issue date; issued at; issued on; plan date; schedule date; version date; release date; forecast
        date; snapshot date; snapshot; as of date; as of; asof; vintage; run date; forecast made; planning date;
        planning week; issue week; transmission date; document date; message date; created; created at; creation
        date; published; cycle; generation date; schedule generation date; sched generation date; date d emission;
        date emission; emis le; date du programme; date de version; date de diffusion; semaine d emission;
        abrufdatum; datum abruf; ausgestellt; erstellt am; erstellt; stand; planstand; fecha de emision; fecha
        emision; data de emissao; data emissione; uitgegeven; edition; date d edition; edite le
    """,
    "plan": """
        plan version; plan id; plan; version; release number; release; schedule number; schedule id; call off number;
        document number; message number; programme; program; numero de programme; no programme; numero de version;
        abrufnummer; lieferabrufnummer; planversion; order id; order number; order no; order; invoice id; invoice;
        invoiceno; invoice number; numero commande; numero de commande; n commande; no commande; numero facture;
        transaction id; bestellnummer; auftragsnummer; belegnummer; rechnungsnummer; numero de pedido; no de pedido;
        numero zamowienia; nr zamowienia; invoice no; bestellnummer; sales order; auftrag; auftrags id; auftrag id;
        kundenauftrag; bestellung; commande; id commande; pedido; id pedido; ordine; id ordine; zamowienie; id
        zamowienia; purchase order; beleg; customer order; revision number; revision; rev; version number; version no;
        versionsnummer; numero ordine; numero pedido; numero encomenda; encomenda; numer zamowienia; ordernummer;
        bestelnummer; bestelling; ordrenummer; cislo objednavky
    """,
    "period": """
        period begin; period start; period; delivery date; due date; delivery week; due week; requirement date;
        requirement week; required date; date required; need date; demand date; demand week; target date; target week;
        forecast period; forecast week; ship date; ship week; bucket; week; month; due; day; date; time; timestamp;
        order date; invoice date; invoicedate; purchase date; liefertermin; lieferdatum; lieferwoche; bedarfstermin;
        bedarfswoche; termin; kalenderwoche; kw; woche; monat; date de livraison; semaine de livraison; date de besoin;
        periode; semaine; mois; echeance; jour; fecha de entrega; semana; mes; fecha; data consegna; settimana; mese;
        leverdatum; date de commande; date commande; date de facture; bestelldatum; auftragsdatum; rechnungsdatum; fecha
        de pedido; fecha pedido; data ordine; orderdatum; termin dostawy; data dostawy; data zamowienia; tydzien;
        miesiac; datum; data; besteldatum; data pedido; data encomenda; ordredato; eintreffdatum; requested date;
        promise date; promised date; receipt date; key date; planned receipt date; expected receipt date; planned
        delivery date; scheduled date; date souhaitee; data richiesta; behoeftedatum; data necessidade; data de
        necessidade; ihtiyac tarihi; mad; material availability date; einteilungsdatum; einteilungstermin; schedule line
        date; start date; gi date; goods issue date; pgi date; start date time; week commencing; wk commencing; w c;
        week beginning; week starting; week of; week ending; kw ab; woche ab; semaine du; tydzien od; tyden od; ship wk;
        delivery wk; bedarf am; eta; etd
    """,
    "until": "period end; until; end date; to date; date fin; fin de periode; bis; ende",
    "length": "period length; granularity; period type; frequency; interval; granularite; periodizitat; frequence",
    "lead": "lead; lead time weeks; lag; weeks ahead; weeks out; horizon week; periods ahead; delai; avance; vorlauf",
    "quantity": """
        quantity; qty; order quantity; forecast quantity; forecast qty; planned quantity; plan quantity; required
        quantity; scheduled quantity; forecast; demand; requirement; planned; volume; units; pieces; pcs; quantite; qte;
        quantite prevue; prevision; besoin; menge; abrufmenge; bedarfsmenge; bedarf; planmenge; stuck; cantidad;
        quantidade; quantita; hoeveelheid; aantal; quantite commandee; qte commandee; bestellmenge; auftragsmenge;
        cantidad pedida; quantita ordinata; ilosc; ordered quantity; ordered qty; quantity ordered; qty ordered;
        ordered; qta; quantita prevista; cantidad prevista; antal; kvantitet; bestalld kvantitet; bestelde hoeveelheid;
        sztuk; kusy; ks; stk
    """,
    "actual": """
        actual; actual quantity; actuals; actual qty; actual demand; delivered; delivered quantity; quantity delivered;
        shipped; shipped quantity; called off; realised; realized; sales; ist; istmenge; liefermenge; realise; reel;
        livre; quantite livree; consommation; entregado; consegnato; geleverd; delivered qty; qty delivered; shipped qty
    """,
    "part": """
        part; part number; part no; part nr; part id; partnumber; material; material number; item; item number; item id;
        sku; product; product id; product code; stockcode; article; article number; reference; piece; code article;
        reference article; numero de piece; teilenummer; teil; sachnummer; materialnummer; artikelnummer;
        artikel; teil nr; teilenr; sachnr; artikel nr; material nr; matnr; referencia; articulo; codigo; codice;
        articolo; onderdeel; ref article; ref piece; pn; p n; stok kodu; polozka; ident nr; identnr; drawing no;
        drawing number; designation
    """,
    "plant": """
        plant; plant id; plnt; werks; site; factory; customer plant; receiving plant; ship to; delivery point;
        delivery location; location; werk; kundenwerk; werk kunde; empfangswerk; usine; usine client; lieu de
        livraison; site de livraison; planta; planta cliente; planta del cliente; fabrica; stabilimento;
        stabilimento cliente; fabriek; unloading point; dock; abladestelle; point de dechargement; punto de
        descarga; punto di scarico; centro; centre; centrum; vestiging; divisione; division; uretim yeri; centro
        logistico; lieferort; dodaci misto; teslim yeri; lossingsplaats; org code; inventory org; deposito;
        organization code; whse; whs; ship to org; depot; lagerortcode; location code; lieferung an code
    """,
    "client": "client; customer; oem; buyer; kunde; klant; cliente; klient; alici; publisher; trading partner; "
    "partner; partner name; bill to name; company; company name; firma; debitornr; deb nr; ship to",
    "firm": """
        firm; firm or forecast; commitment; plan status; binding; ferme; ferme ou previsionnel; engagement; fix; fest;
        verbindlich; firme; status; verbindlichkeit; verbindlichkeitskennzeichen; verbindlichkeitsgrad; fixierung; scc;
        schedule condition; schedule condition code; commitment level
    """,
    "kind": "kind; record type; type; category; nature; art; categorie; typ; tipo",
    "cumulative": """
        cumulative quantity; cumulative; cum qty; cum quantity; cum; cumulative demand; running total; fortschrittszahl;
        abruffortschrittszahl; fz; cumul; quantite cumulee; cumule; acumulado; cumulato
    """,
    "received": """
        cumulative received; received cumulative; cum received; cumulative quantity received; received;
        eingangsfortschrittszahl; eingangs fz; efz; cumul recu; cumul receptionne
    """,
    "backlog": "backlog; past due; arrears; overdue; backorder; ruckstand; retard; arriere; atraso; arretrato; "
    "open late",
    "value": "value; order value; revenue; turnover; total; amount; sales value; montant; montant ht; "
    "chiffre d affaires; valeur; wert; nettowert; umsatz; betrag; importe; importo; wartosc",
    "cancelled": "cancelled; canceled; cancellation; is cancelled; storniert; storno; annule; annulation; cancelado",
}  # fmt: skip
"""Role -> names, in plain form, the most telling first."""

ROLES = tuple(NAMES)
OWN = frozenset(ROLES) - {"client"}
"""Roles that no event log has."""
_SAMPLE, _KNOWN_ROLES = 2_000, 2
"""Rows that are looked at; roles that names must tell for the one column of numbers to be taken for the quantity."""
_SPANS = (
    "von ab from begin start beginn debut du desde de dal da inizio inicio od van vanaf beginning",
    "bis to end until till ende fin au hasta al fine fim ate do tot t einde ending through thru",
)
_FROM, _TO = (frozenset(names.split()) for names in _SPANS)
"""Words in the names of two columns, of the first day and of the last one."""
_BARE, _OFTEN = frozenset(("no", "nr", "num", "number", "numero", "nummer", "n", "numer", "cislo")), 0.5
"""Names of a column of numbers, those of parts where no other tells these; share of rows that have one of their own."""
_AGAIN, _BEFORE = 0.3, 0.95
"""Share of periods that are announced again; share of rows in which an issue lies before its period."""


@cache
def _ranks(role: str) -> dict[str, int]:
    names = [" ".join(name.split()) for name in NAMES[role].split(";")] + BY_ROLE.get(role, [])
    return {name: rank for rank, name in reversed(list(enumerate(names)))}


@lru_cache(maxsize=4096)
def score(role: str, column: str) -> float:
    """How well a column's name tells of *role*: 0 not at all, up to 1.

    >>> score("period", "Delivery week") > score("period", "date") > score("period", "colour") == 0
    True
    """
    ranks, column = _ranks(role), as_party(column) if role in ("client", "plant", "period") else column
    if role in NUMERIC:
        bare, factor = unscaled(column)
        if factor > 1 and not bare:
            return MOST if role == "quantity" else 0.0
        column = bare
    if role == "quantity" and tells_packing(column):
        return 0.0
    known = next((ranks[name] for name in spellings(plain(column)) if name in ranks), None)
    if known is None and role == "value":
        known = ranks.get(of_value(column))
    if known is not None:
        return 1.0 - 0.45 * known / len(ranks)
    if role == "quantity" and log_score("case", column) > MOST:
        return 0.0  # what numbers requests (`N° demande`) counts nothing
    told = log_score("client", column) if role == "client" else 0.0
    if role == "client" and told <= MOST and names_thing(column):
        return 0.0  # his number for a part is no client
    return max(told, word_score(role, column))


def periods_across(columns: Sequence[str]) -> list[str]:
    """The columns of a table in matrix form that are named after periods.

    >>> periods_across(["part", "2024-W05", "2024-W06", "2024-W07"])
    ['2024-W05', '2024-W06', '2024-W07']
    """
    named = [name for name in columns if name != ROW and any(map(str.isdigit, name))]
    short = months_of_one_year(named)
    told = {*short, *periods_among(named)}
    found = [name for name in named if name in told]
    return found if len(found) >= 3 else []


def versions(frame: pl.DataFrame, roles: Mapping[str, str]) -> bool:
    """Whether periods are announced several times, at different issues."""
    if "issued" not in roles or not {"quantity", "cumulative"} & set(roles):
        return "issued" in roles and bool(periods_across(frame.columns) or leads_across(frame.columns))
    if "period" not in roles:
        return False
    keys = [roles[role] for role in ("client", "plant", "part", "period") if role in roles]
    issues = frame.group_by(keys).agg(pl.col(roles["issued"]).n_unique().alias("issues"))
    return float(issues.select((pl.col("issues") > 1).mean()).item() or 0.0) > _AGAIN


def names_issue(frame: pl.DataFrame) -> bool:
    """Whether a column of *frame* tells when a plan was issued, by its name and by what stands in it."""
    return told_by("issued", frame, (name for name in frame.columns if name != ROW)) is not None


def told_by(role: str, frame: pl.DataFrame, names: Iterable[str]) -> str | None:
    """Of the columns with such *names*, the one whose name tells most clearly that it has a role, of those that can."""
    telling = sorted((name for name in names if score(role, name) > 0), key=lambda name: -score(role, name))
    return next((name for name in telling if can_be(role, frame[name])), None)


def guess(frame: pl.DataFrame, given: Mapping[str, str]) -> dict[str, str]:
    """Role -> column: *given* ones, then by names, the most telling first, then by what stands in the columns."""
    odd = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Duration]
    frame = frame.drop(name for name in odd if name not in given.values())
    given = with_horizon(frame, given)
    roles = by_names(frame, given)
    free = [c for c in frame.columns if c != ROW and c not in roles.values() and c not in _across(frame)]
    _by_texts(frame, roles, free, given)
    if not {"quantity", "cumulative", "value"} & set(roles) and len(roles) >= _KNOWN_ROLES and not _across(frame):
        numbers = [name for name in free if can_be("quantity", frame[name]) and not can_be("period", frame[name])]
        if len(numbers) == 1:
            roles["quantity"] = numbers[0]
            free.remove(numbers[0])
    if not {"plant", "client"} & given.keys():
        roles = of_one_party(frame, roles, [name for name in free if name not in roles.values()])
    if "issued" not in given and "period" not in given:
        _dates(frame, roles, [name for name in free if name not in roles.values()])
    if "firm" not in roles and {"issued", "period", "part"} <= roles.keys():
        codes = [name for name in free if name not in roles.values() and coded(frame[name])]
        if len(codes) == 1 and _firm_first(frame, roles, codes[0]):
            roles["firm"] = codes[0]
    if "part" not in roles and versions(frame, roles):
        bare = [name for name in free if name not in roles.values() and plain(name) in _BARE]
        again = [name for name in bare if frame[name].n_unique() < _OFTEN * frame.height]
        roles |= {"part": again[0]} if len(again) == 1 else {}
    leads = leads_across(frame.columns)
    if leads and "issued" not in roles and "period" in roles and "period" not in given:
        roles["issued"] = roles.pop("period")  # what is so many weeks ahead, is ahead of it
    if "period" not in roles and "issued" in roles and not _across(frame) and "lead" not in roles:
        roles["period"] = roles.pop("issued")
    return {role: roles[role] for role in ROLES if role in roles}


def _by_texts(frame: pl.DataFrame, roles: dict[str, str], free: Sequence[str], given: Mapping[str, str]) -> None:
    """Roles that a few texts tell, whatever their column is called; one that is called a kind may tell what is firm."""
    called = roles["kind"] if "kind" in roles.keys() - given.keys() and "firm" not in roles else None
    if called is not None and tells_firm(frame[called]) and not any(tells_firm(frame[name]) for name in free):
        roles["firm"] = roles.pop("kind")

    def periods() -> Iterator[str]:
        yield from [roles["period"]] if "period" in roles else []
        yield from (name for name in free if can_be("period", frame[name]) and not is_number(frame[name]))

    def tells_length(column: pl.Series) -> bool:
        if not tells_lengths(column):
            return False
        return in_words(column) or any(dates_agree(column, frame[name]) for name in periods())

    telling = (
        ("firm", tells_firm), ("firm", zoned), ("length", tells_length), ("kind", tells_kind),
        ("cancelled", tells_cancelled),
    )  # fmt: skip
    for role, tells in telling:
        told = (name for name in free if name not in roles.values() and tells(frame[name]))
        if role not in roles and (first := next(told, None)) is not None:
            roles[role] = first


def _firm_first(frame: pl.DataFrame, roles: Mapping[str, str], codes: str) -> bool:
    """Whether what *codes* call firm stands before what they call foreseen, in nearly all plans of a part."""
    keys = [roles[role] for role in ("client", "part", "issued") if role in roles]
    table = frame.select(*keys, firm=firm(frame[codes]), begin=read_periods(frame[roles["period"]]).begin)
    ends = table.group_by(keys).agg(
        last=pl.col("begin").filter("firm").max(), first=pl.col("begin").filter(~pl.col("firm")).min()
    )
    before = ends.drop_nulls(["last", "first"]).select((pl.col("last") < pl.col("first")).mean()).item()
    return float(before or 0.0) >= _BEFORE


def _across(frame: pl.DataFrame) -> set[str]:
    return {*periods_across(frame.columns), *leads_across(frame.columns)}


def by_names(frame: pl.DataFrame, given: Mapping[str, str], *, exact: bool = False) -> dict[str, str]:
    """Role -> column by the names of columns, where the contents can be that; *exact*: by whole names only."""
    roles, across = dict(given), _across(frame)
    if not {"period", "until"} & roles.keys() and not across:
        roles |= _from_to(frame, roles.values())
    columns = [c for c in frame.columns if c != ROW and c not in roles.values() and c not in across]
    open_ = [role for role in ROLES if role not in roles and not (across and role == "value")]
    scored = [(score(role, c), -at, role, c) for role in open_ for at, c in enumerate(columns)]
    for value, _at, role, column in sorted(scored, key=lambda one: (-one[0], -one[1], ROLES.index(one[2]))):
        if value <= (MOST if exact and role != "client" else 0) or role in roles or column in roles.values():
            continue
        if can_be(role, frame[column]):
            roles[role] = column
    return roles


def _from_to(frame: pl.DataFrame, taken: Iterable[str]) -> dict[str, str]:
    """The columns that tell from when to when each quantity is meant, where no other one is called as a period is."""
    free = [name for name in frame.columns if name != ROW and name not in taken]
    begin, end = (
        [name for name in free if set(plain(name).split()) & words and can_be("period", frame[name])]
        for words in (_FROM, _TO)
    )
    named = [name for name in free if score("period", name) > MOST and name not in begin + end]
    if len(begin) != 1 or len(end) != 1 or begin == end or any(can_be("period", frame[name]) for name in named):
        return {}
    first, last = (read_periods(frame[name].head(_SAMPLE)).begin for name in (begin[0], end[0]))
    days = pl.DataFrame({"first": first, "last": last}).drop_nulls()
    if not days.height or (days["last"] >= days["first"]).sum() < _BEFORE * days.height:
        return {}
    hours = (days["first"].dt.hour() + days["first"].dt.minute() != 0).any()
    return {} if hours else {"period": begin[0], "until": end[0]}


def _dates(frame: pl.DataFrame, roles: dict[str, str], free: Sequence[str]) -> None:
    """The issue, and the period, by what stands in the columns: of two dates the issue is the one that lies before."""
    dates = [name for name in free if names_weeks(name) or names_days(name) or not is_number(frame[name])]
    dates = [name for name in dates if can_be("period", frame[name])]
    if "issued" in roles or not dates:
        _period_behind(frame, roles, dates)
        return
    if _across(frame) or "lead" in roles:
        roles["issued"] = dates[0]
        return
    if "period" in roles:
        dates = [roles.pop("period"), *dates]
    ahead = {pair: _ahead(frame, *pair) for pair in itertools.combinations(dates, 2)}
    ahead |= {(after, before): -times for (before, after), times in ahead.items()}
    for before, after in sorted(itertools.permutations(dates, 2), key=lambda pair: -lies_before(ahead[pair])):
        known = {**roles, "issued": before, "period": after}
        if lies_before(ahead[before, after], within=7) > _BEFORE and versions(frame, known):
            roles |= {"issued": before, "period": after}
            return
    roles["period"] = dates[0]


def _period_behind(frame: pl.DataFrame, roles: dict[str, str], dates: Sequence[str]) -> None:
    """The period, where nothing else tells it, as the only one of *dates* that lies behind the issue."""
    if "issued" not in roles or roles.keys() & {"period", "lead"} or _across(frame):
        return
    later = [name for name in dates if lies_before(_ahead(frame, roles["issued"], name), within=7) > _BEFORE]
    roles |= {"period": later[0]} if len(later) == 1 else {}


def _ahead(frame: pl.DataFrame, before: str, after: str) -> pl.Series:
    """How long after one date the other lies, in some rows."""
    some = frame.select(before, after).drop_nulls().head(_SAMPLE)
    return read_periods(some[after]).begin - read_periods(some[before]).begin


def lies_before(ahead: pl.Series, within: int = 0) -> float:
    """In what share of rows one date lies *ahead* of the other by no less than nothing, or than so many days behind it
    at most: what is due in a week may be announced *within* it."""
    return float((ahead >= timedelta(days=-within)).mean() or 0.0)  # type: ignore[arg-type]


def resolve(frame: pl.DataFrame, name: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """Role -> column of *frame*, as asked in *mapping*, else guessed.

    Raises `UsageError` for roles and columns that do not exist, `DataError` for needed roles that stay empty; both with
    all faults.
    """
    columns = [column for column in frame.columns if column != ROW]
    known = {plain(column): column for column in reversed(columns)} | {column: column for column in columns}
    unknown = [
        Fault("mapping", _('no role "{role}"').format(role=role), remedy=did_you_mean(role, ROLES))
        for role in mapping
        if role not in ROLES
    ]
    absent = [
        Fault(name, _('no column "{column}" ({role})').format(column=c, role=r), remedy=did_you_mean(c, columns))
        for r, c in mapping.items()
        if r in ROLES and c not in known and plain(c) not in known
    ]
    if unknown or absent:
        raise UsageError([*unknown, *absent])
    roles = guess(frame, {role: known.get(c) or known[plain(c)] for role, c in mapping.items()})
    faults = _missing(roles, columns, name)
    if faults:
        raise DataError(faults)
    return roles


def _missing(roles: Mapping[str, str], columns: Sequence[str], name: str) -> list[Fault]:
    across = bool(periods_across(columns) or (leads_across(columns) and "issued" in roles))
    needed = {
        "period": (_("no column tells for when a quantity is announced"), {"period", "lead"}),
        "quantity": (_("no column holds quantities"), {"quantity", "cumulative", "value"}),
    }
    shown = first_of(columns, 20)
    return [
        Fault(name, what, remedy=_('name it: --map "{role}=…"; columns: {columns}').format(role=role, columns=shown))
        for role, (what, any_of) in needed.items()
        if not across and not any_of & set(roles)
    ]
