"""Which columns could tell cases apart, name the client, or who worked, where none is called so: to be named to
whoever knows."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import ROW
from irrupt.chronicle.model import EVENT_COLUMNS
from irrupt.chronicle.times import readable_share

_SHOWN, _SAMPLE, _FILLED = 4, 50_000, 0.3
_STEADY, _OWN = 0.1, 0.8
"""Share of cases within which a client changes at most; values for each case from which on they are names of cases."""
_CALLED = 0.5
"""How surely a name is one of clients, above which it is called so."""
_MANY = 3
"""Rows that a name of somebody who works stands in, on average, at least."""
_OFTEN, _PEOPLE = 0.5, 4
"""Share of cases within which who works changes where only the values look like people, and how many, at least."""
_IDENTIFIER = r"^(?:[^\W\d]{1,4} )?\S*\d\S*$"
"""`EXP/0001-25`, `OT 00001`, `4711`: digits stand in it, and words do not."""
_AMOUNT = r"^[-+]?\d+[.,]\d+$"
_RECURS, _NEAR = 1.5, 0.5
"""Rows of a case, on average, at least; and the part of a table in which the rows of most cases stand, at most."""
_FULL = r"[ ._\d]"
"""What stands in names of people but for bare surnames, which look like names of towns and goods."""
_NAME = r"^(?:\p{Lu}[\p{L}.'’-]*(?:,? \p{Lu}[\p{L}.'’-]*){0,3}|[\p{L}]+[._]?[\p{L}]*\d{1,4})$"
"""`Amy Boyd`, `D. Quéré`, `Cordes`, `BECKER01`, `u17`."""


def _each(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLIENTS = _each("""
    tenant company organisation organization org site location loc country branch region city segment supplier
    vendor merchant store shop partner school account party mandant firma filiale standort land ort kostentrager
    societe entreprise agence ville pays site etablissement compte empresa sede ciudad pais azienda citta paese
    bedrijf vestiging plaats firma oddzial miasto kraj
""")
_ORGANISATIONS = _each("""
    tenant company organisation organization org account firma firm societe entreprise organisme compte empresa
    organizacion azienda organizzazione bedrijf organisatie organizacja foretag organizacao
""")
_WORKERS = _each("""
    usr user by person agent staff worker operator name login who ausfuhrende ausfuhrender durchgefuhrt
    bearbeitet von par nom utilisateur intervenant persona operador operatore medewerker osoba kto
    mechanic engineer fitter driver courier picker packer planner buyer seller salesperson salesman cashier waiter
    adviser advisor consultant physician doctor surgeon therapist pharmacist teacher tutor translator editor reviewer
    examiner assessor adjuster underwriter lawyer dispatcher scheduler welder electrician carpenter repairer cook
    mecanicien mecanicienne technicienne infirmier infirmiere medecin chirurgien soignant praticien vendeur vendeuse
    conseillere ouvrier ouvriere salarie reparateur chauffeur livreur cuisinier traducteur formateur instructeur
    magasinier comptable acheteur planificateur electricien soudeur
    mechaniker mechanikerin technikerin monteurin arzt arztin pfleger pflegerin krankenschwester fahrer fahrerin
    kommissionierer lagerist verkaufer verkauferin beraterin gutachter prufer schweisser elektriker koch
    ubersetzer einkaufer planer medico enfermero enfermera mecanico conductor vendedor asesor infermiere meccanico
    autista venditore consulente monteuse arts verpleegkundige verkoper adviseur
""")
"""What whoever works may be called, or what he is: where a column of this name is not taken for it, it is asked for."""


def could_be_case(rows: pl.DataFrame) -> str | None:
    """The one column of *rows*, as they were read, whose values recur as identifiers of cases do: each in several rows
    that stand near each other, as cases begin and end, while people, clients and goods come again all the time. None
    where no column is such, or several are.

    >>> steps = [(f"R-{case // 2}", f"u{case % 3}", f"step {case % 2}") for case in range(40)]
    >>> could_be_case(pl.DataFrame(steps, schema=["x", "y", "z"], orient="row"))
    'x'
    """
    sample = rows.head(_SAMPLE)
    found = [name for name in sample.columns if name != ROW and _recurs_as_cases_do(sample[name])]
    return found[0] if len(found) == 1 else None


def _recurs_as_cases_do(column: pl.Series) -> bool:
    """Whether the values of *column* are identifiers, stand in several rows each, and these near each other."""
    if not (column.dtype in (pl.String, pl.Categorical) or column.dtype.is_integer()):
        return False
    told = column.drop_nulls()
    distinct = told.n_unique()
    if len(told) < _OWN * len(column) or not 1 < distinct <= len(told) / _RECURS:
        return False
    if readable_share(told.head(1000)) > _OWN:
        return False
    texts = told.unique().cast(pl.String)
    identifiers = texts.str.contains(_IDENTIFIER) & ~texts.str.contains(_AMOUNT)
    if int(identifiers.sum()) < _OWN * len(texts):
        return False
    places = pl.DataFrame({"value": column}).with_row_index("at").drop_nulls()
    spans = places.group_by("value").agg(
        pl.len().alias("rows"), (pl.col("at").max() - pl.col("at").min()).alias("span")
    )
    several = spans.filter(pl.col("rows") > 1)
    near = several.filter(pl.col("span") <= _NEAR * len(column)).height
    return near >= _OWN * several.height > 0


def changes_within(frame: pl.DataFrame, case: str, column: str) -> bool:
    """Whether *column* has several values within most cases that have several rows."""
    sample = frame.lazy().select(pl.col(case).alias("case"), pl.col(column).alias("value")).head(_SAMPLE)
    cases = sample.group_by("case").agg(pl.len().alias("n"), pl.col("value").n_unique().alias("values"))
    several = cases.filter(pl.col("n") > 1).collect()
    return several.height > 0 and float((several["values"] > 1).mean() or 0.0) > 0.6  # type: ignore[arg-type]


def names_organisation(name: str) -> bool:
    """Whether the name of a column has a word in it for what several people may be of, who come as clients.

    >>> names_organisation("Organization"), names_organisation("Reporter")
    (True, False)
    """
    return _hints(name, _ORGANISATIONS)


def could_name_client(events: pl.DataFrame) -> tuple[str, ...]:
    """The columns of *events* that hold one value for each case, fewer values than cases: those whose name tells of
    somebody or some place first, four at most.

    >>> rows = [("1", "N"), ("1", "N"), ("2", "S"), ("2", "S"), ("3", "N"), ("3", "N")]
    >>> events = pl.DataFrame(rows, schema=["case", "loc_cd"], orient="row")
    >>> could_name_client(events)
    ('loc_cd',)
    """
    sample = events.head(_SAMPLE)
    found = []
    for name in _texts(sample):
        values = _values(sample, name, "case")
        told = values.filter(values > 0)
        several = float((told > 1).mean() or 0.0)  # type: ignore[arg-type]
        distinct = sample[name].drop_nulls().n_unique()
        if len(told) and several <= _STEADY and 1 < distinct <= _OWN * len(told):
            found.append(name)
    return _first(found, _CLIENTS)


def changing_clients(events: pl.DataFrame) -> tuple[tuple[str, float], ...]:
    """The columns of *events* that are called as clients are, but name several in too many cases to tell whose a case
    is; and the share of the cases in which each does.

    >>> rows = [("1", "Ames"), ("1", "Bell"), ("2", "Bell"), ("2", "Ames"), ("3", "Ames"), ("3", "Ames")]
    >>> [(name, round(share, 2)) for name, share in changing_clients(
    ...     pl.DataFrame(rows, schema=["case", "customer"], orient="row"))]
    [('customer', 0.67)]
    """
    sample = events.head(_SAMPLE)
    found = []
    for name in _texts(sample):
        several = float((_values(sample, name, "case") > 1).mean() or 0.0)  # type: ignore[arg-type]
        own = name.removesuffix(" (2)")  # As it is called where it has the name of a role.
        if several > _STEADY and name_score("client", own) > _CALLED:
            found.append((own, several))
    return tuple(found)


def could_name_worker(events: pl.DataFrame) -> tuple[str, ...]:
    """The columns of *events* that change within cases and do not follow from the activity, told likewise."""
    sample = events.head(_SAMPLE)
    found = []
    for name in _texts(sample):
        distinct = sample[name].drop_nulls().n_unique()
        if not 1 < distinct <= sample.height / _MANY:
            continue
        changes = float((_values(sample, name, "case") > 1).mean() or 0.0)  # type: ignore[arg-type]
        if not hints_at_worker(name) and not (changes > _OFTEN and _look_like_people(sample[name])):
            continue
        if changes > _STEADY and (_values(sample, name, "activity") > 1).any():
            found.append(name)
    return _first(found, _WORKERS)


def _look_like_people(column: pl.Series) -> bool:
    """Whether most values are written as names of people are, or as those with which they log in."""
    values = texts_of(column.drop_nulls()).unique()
    full = int(values.str.contains(_FULL).sum()) > _OFTEN * len(values)
    return full and len(values) >= _PEOPLE and int(values.str.contains(_NAME).sum()) >= _OWN * len(values)


def hints_at_worker(name: str) -> bool:
    """Whether the name of a column has a word in it for somebody who works.

    >>> hints_at_worker("by_usr"), hints_at_worker("st")
    (True, False)
    """
    return _hints(name, _WORKERS)


def names_people(name: str) -> bool:
    """Whether a column with this *name* tells who worked, in which team, or for whom, rather than what was done.

    >>> names_people("Mitarbeiter"), names_people("Leistung")
    (True, False)
    """
    return hints_at_worker(name) or any(name_score(role, name) > 0 for role in ("resource", "team", "client"))


def _texts(sample: pl.DataFrame) -> Iterator[str]:
    """The columns of texts that are neither times nor plain numbers, and filled often enough."""
    for name, dtype in sample.schema.items():
        if name in EVENT_COLUMNS or name in (ROW, "lifecycle") or dtype not in (pl.String, pl.Categorical):
            continue
        some = sample[name].drop_nulls()
        if len(some) < _FILLED * sample.height or readable_share(some.head(1000)) > _OWN:
            continue
        numbers = some.head(1000).cast(pl.String).str.contains(r"^\s*[-+]?\d+([.,]\d+)?\s*$").mean()
        if numbers is not None and float(numbers) < _OWN:  # type: ignore[arg-type]
            yield name


def _values(sample: pl.DataFrame, name: str, by: str) -> pl.Series:
    """How many values the column *name* has in each case or activity, or whatever *by* tells apart."""
    return sample.group_by(by).agg(pl.col(name).drop_nulls().n_unique())[name]


def _hints(name: str, words: frozenset[str]) -> bool:
    return any(word in words for word in plain(name).split())


def _first(names: list[str], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: not _hints(name, words))[:_SHOWN])
