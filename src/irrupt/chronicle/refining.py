"""What names alone do not settle: finer steps beside coarse ones, clients' names beside their numbers, cancelled rows.

Each is said, with the option that settles it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

import polars as pl

from irrupt.chronicle.candidates import changes_within, names_organisation, names_people
from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.roles import steady
from irrupt.chronicle.times import readable_share
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

_PART_OF = re.compile(r"^(?:sub|sous|unter|teil|sotto|deel|onder|pod)[ ]?(?P<whole>\w.*)$")
"""What stands before the name of a step that is a part of another, in plain form."""
_MOST, _FILLED, _SAMPLE, _SOME = 200, 0.99, 50_000, 1000
"""Different steps at most; share of the rows in which they stand, at least; and rows and values looked at."""
_CODED = 0.5
"""Share of the values with a figure in them, or without a letter, from which on they are numbers of clients."""
_TEXT = re.compile(
    r"\b[ns]?(?:text|name|kurztext|langtext|bezeichnung|beschreibung|description|designation|label|title|titel|nom|"
    r"libelle|intitule|nombre|descripcion|texto|denominacion|nome|descricao|descrizione|testo|denominazione|naam|"
    r"omschrijving|tekst|nazwa|opis)\b"
)
"""Words for texts in what is left of the name of a column without that of another one, in plain form."""
_NAMES = frozenset({
    "name", "nom", "nombre", "nome", "naam", "nazwa", "label", "libelle", "bezeichnung", "text", "title", "titel",
    "organization", "organisation", "company", "firm", "firma", "firme", "societe", "raison", "razon", "ragione",
    "razao", "empresa", "azienda", "bedrijf",
})  # fmt: skip
"""Words for what clients are called, in plain form."""
_CANCELLED = re.compile(
    r"\b(?:stornier\w*|storno\w*|cancel\w*|annul\w*|anul\w*|geannuleerd|ungultig|void(?:ed)?|reversed|geloscht|deleted|"
    r"supprime\w*|eliminad\w*|eliminat\w*|verwijderd|usuniet\w*)\b"
)
"""How rows are marked that count no more, in plain form."""
_WHEN_OR_WHY = re.compile(r"\b(?:reason|grund|motif|motivo|reden|powod|by|von|par|por|door|fee|cost|policy)\b")
_UNMARKED = frozenset({"", "0", "false", "no", "n", "nein", "non", "nao", "nee", "nie", "f", "falsch", "faux", "none"})
_RARE, _WHOLE = 0.5, 0.8
"""Share of rows that are marked, at most; and of their cases that are marked as a whole, which is their outcome."""


def refined(frame: pl.DataFrame, roles: Mapping[str, str], fixed: Container[str], journal: Journal) -> dict[str, str]:
    """*roles* where another column tells the same better: the finer of two names of steps, the names of clients rather
    than their numbers. *fixed*: the roles that are not guessed. What is taken, and what is not, is noted."""
    found = dict(roles)
    free = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in roles.values()]
    sample = frame.head(_SAMPLE)
    if "activity" not in fixed:
        found["activity"] = _finer(sample, _worded(sample, roles["activity"], free, journal), free, journal)
    if "client" in roles and "client" not in fixed:
        found["client"] = _called(frame, roles["client"], free, journal)
        _other_clients(frame, found, journal)
        _their_organisations(frame, found, journal)
    if "activity" not in fixed and name_score("activity", found["activity"]) == 0:
        _by_content(sample, found, free, journal)
    if "end" in fixed and frame[roles["case"]].n_unique() == frame.height > 1:
        _other_dates(sample, found, journal)
    _look_at_cancelled(frame, found, journal)
    return found


def _other_dates(sample: pl.DataFrame, roles: Mapping[str, str], journal: Journal) -> None:
    """A note on dates that are not used where each row is a case, and one of its times was asked for."""
    others = [name for name in sample.columns if name != ROW and name not in roles.values()]
    dates = [name for name in others if not sample[name].dtype.is_numeric() and readable_share(sample[name]) > _FILLED]
    if len(dates) > 1:
        text = _(
            "each row is a case, and other columns hold dates, too: {names}; each is a step if no time is asked for"
        )
        journal.note(text.format(names=", ".join(dates)))


def _by_content(sample: pl.DataFrame, roles: Mapping[str, str], free: list[str], journal: Journal) -> None:
    """A note on what is taken for what was done though it is not called so, where it may name people, or others do."""
    few = [name for name in free if name not in roles.values() and 1 < sample[name].n_unique() <= _MOST]
    worded = [name for name in few if sample[name].drop_nulls().str.contains(r"\pL").all()]
    others = [name for name in worded if changes_within(sample, roles["case"], name)]
    if others or names_people(roles["activity"]):
        text = _('"{column}" is taken for what was done by what stands in it; else {option}')
        option = f'--map "activity={others[0] if others else "…"}"'
        journal.note(text.format(column=roles["activity"], option=option))


def _finer(sample: pl.DataFrame, activity: str, free: list[str], journal: Journal) -> str:
    """The column of the parts of steps beside the one of the steps, if each part is one of a single step."""
    for name in free:
        part = _PART_OF.match(plain(name))
        if part is None or (part["whole"] != plain(activity) and name_score("activity", part["whole"]) <= _CODED):
            continue
        filled = 1 - sample[name].null_count() / max(sample.height, 1)
        several = sample[activity].n_unique() < sample[name].n_unique() <= _MOST
        if several and filled > _FILLED and _follows(sample, activity, name):
            text = _('"{part}" tells the parts of what "{whole}" tells: they are the steps; else {option}')
            journal.note(text.format(part=name, whole=activity, option=f'--map "activity={activity}"'))
            return name
        text = _('"{part}" may tell what was done more finely than "{whole}", which is taken; else {option}')
        journal.note(text.format(part=name, whole=activity, option=f'--map "activity={name}"'))
    return activity


def _worded(sample: pl.DataFrame, activity: str, free: list[str], journal: Journal) -> str:
    """The column with the text of each step beside the one of their numbers, which may be those of their places."""
    if texts_of(sample[activity]).str.contains(r"\pL").any():
        return activity
    for name in free:
        texts = sample[name]
        told = _is_text_of(name, activity) and not texts.has_nulls() and texts.str.contains(r"\pL").all()
        if told and 1 < texts.n_unique() <= _MOST:
            text = _('"{name}" tells in words what "{number}" numbers: that is what was done; else {option}')
            journal.note(text.format(name=name, number=activity, option=f'--map "activity={activity}"'))
            return name
    return activity


def _is_text_of(name: str, activity: str) -> bool:
    """Whether a column called *name* tells the texts of the *activity*, rather than who does it or what is remarked."""
    left = plain(name).replace(plain(activity), " ")
    return plain(activity) in plain(name) and _TEXT.search(left) is not None and not names_people(_TEXT.sub("", left))


def _called(frame: pl.DataFrame, client: str, free: list[str], journal: Journal) -> str:
    """The column of the names of clients beside the one of their numbers, if each number has a name of its own."""
    if not _coded(frame[client].head(_SAMPLE)):
        return client
    first = plain(client.removeprefix("case:")).split()[0]
    for name in free:
        if not _names_clients(name, first) or _coded(frame[name].head(_SAMPLE)) or frame[name].has_nulls():
            continue
        if frame[name].n_unique() == 1 or not _follows(frame, name, client):
            continue
        if _follows(frame, client, name):
            text = _('"{name}" tells what clients are called whose number is in "{number}"; else {option}')
            journal.note(text.format(name=name, number=client, option=f'--client "{client}"'))
            return name
        text = _('clients are told by "{number}"; "{name}", too, names somebody, for several of them: {option}')
        journal.note(text.format(name=name, number=client, option=f'--client "{name}"'))
    return client


def _other_clients(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal) -> None:
    """A note on other columns that are called after clients and part the cases otherwise than the one that is taken."""
    client = roles["client"]
    said = " ".join(journal.notes)
    free = [name for name, dtype in frame.schema.items() if not dtype.is_nested() and name not in roles.values()]
    named = [name for name in free if name != ROW and name_score("client", name) > _CODED]
    others = [name for name in named if frame[name].n_unique() > 1 and steady(frame, roles["case"], name)]
    others = [name for name in others if not _follows(frame, name, client) or not _follows(frame, client, name)]
    others = [name for name in others if f'--client "{name}"' not in said]
    if others:
        text = _('clients are told by "{column}"; other columns are called after clients, too: {names}; else {option}')
        journal.note(text.format(column=client, names=", ".join(others), option=f'--client "{others[0]}"'))


def _their_organisations(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal) -> None:
    """A note on a column of the organisations that the clients who are taken are people of."""
    client = roles["client"]
    free = [name for name, dtype in frame.schema.items() if not dtype.is_nested() and name not in roles.values()]
    for name in free:
        if name == ROW or not names_organisation(name) or not 1 < frame[name].n_unique() < frame[client].n_unique():
            continue
        if _follows(frame, name, client) and steady(frame, roles["case"], name):
            text = _(
                'clients are told by "{column}" ({n}), who are of fewer "{name}" ({fewer}): {option} takes these for '
                "clients, {groups} shows clients by them"
            )
            said = {"option": f'--client "{name}"', "groups": f'--groups "{name}"'}
            n, fewer = (number(frame[one].drop_nulls().n_unique(), 0) for one in (client, name))
            journal.note(text.format(column=client, name=name, n=n, fewer=fewer, **said))
            return


def _names_clients(name: str, first: str) -> bool:
    """Whether a column called *name* tells what clients are called, whose number is in one whose *first* word this is:
    not where they live, or of which kind they are."""
    score, words = name_score("client", name), plain(name.removeprefix("case:")).split()
    return score > _CODED or ((score > 0 or words[:1] == [first]) and not _NAMES.isdisjoint(words))


def _coded(column: pl.Series) -> bool:
    """Whether most values are numbers or codes rather than names."""
    texts = texts_of(column.drop_nulls()).unique().sort().head(_SOME)
    coded = texts.str.contains(r"\d") | ~texts.str.contains(r"\pL")
    return not len(texts) or int(coded.sum()) >= _CODED * len(texts)


def _follows(frame: pl.DataFrame, what: str, known: str) -> bool:
    """Whether each value of the column *known* stands beside one of *what* only."""
    pairs = frame.select(pl.col(known).alias("known"), pl.col(what).alias("what")).drop_nulls().unique()
    return pairs["known"].n_unique() == pairs.height


def _look_at_cancelled(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal) -> None:
    """A problem for rows that a column marks as cancelled, unless it marks whole cases: that is how these ended."""
    case = roles["case"]
    for name, dtype in frame.schema.items():
        if name in roles.values() or name == ROW or not (dtype in (pl.String, pl.Boolean) or dtype.is_integer()):
            continue
        marked = _marked(frame[name])
        if marked is None or not 0 < marked.sum() <= _RARE * frame.height:
            continue
        cases = frame.select(pl.col(case), marked.alias("marked")).group_by(case).agg(pl.col("marked").mean())
        some = cases.filter(pl.col("marked") > 0)["marked"]
        if float((some == 1.0).mean() or 0.0) >= _WHOLE:  # type: ignore[arg-type]
            continue
        rows = frame[ROW].filter(marked)
        found = ngettext(
            '{n} row is marked as cancelled ("{column}")', '{n} rows are marked as cancelled ("{column}")', len(rows)
        )
        found = found.format(n=number(len(rows), 0), column=name)
        done = _("kept: leave them out of the file if what they say was not done")
        journal.problem("cancelled", rows, found, done)


def _marked(column: pl.Series) -> pl.Series | None:
    """Which rows *column* marks as cancelled: by a sign, if it is called so, or by one of its few words."""
    label = plain(column.name)
    if not (_CANCELLED.search(label) or name_score("activity", column.name) > 0 or "valid" in label):
        return None
    column = column.cast(pl.String)
    words = column.drop_nulls().unique()
    if len(words) > _MOST:
        return None
    if _CANCELLED.search(label) and not _WHEN_OR_WHY.search(label) and readable_share(words) <= _CODED:
        signs = [word for word in words if plain(word) not in _UNMARKED]
    else:
        signs = [word for word in words if _CANCELLED.match(plain(word))]
    return column.is_in(signs).fill_null(False) if signs else None
