"""Where the records name the client as the one who acts: by a word for him, by his own name, or as a department of his
(`Client – purchasing`, `Acme quality`). Who serves clients bears their name as well, and is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import polars as pl

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import SHOWN, Journal
from irrupt.chronicle.labels import read_label
from irrupt.chronicle.lexicon import tells, word_list
from irrupt.chronicle.model import EVENT_COLUMNS
from irrupt.chronicle.told import ACT
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_MOSTLY = 0.8
_ACCOUNTS, _NEARLY_ALL = 3, 0.95
"""How many names for a client are several, and what share of the events is nearly all."""
_CALLED = 0.5
"""How well the name of a column tells of clients where it is one of them, more than that."""
_SOME, _AT_MOST = 10, 0.5
"""Steps from which on somebody who is called as a client is known to act in that client's cases, and the share of these
cases' steps that he does at most: whoever does more is a team that works for him."""
_SHORT = 3
"""Letters of words that join a client and a department of his (`des Kunden`)."""
_PARTED = re.compile(r"\s+[-–—|]\s+|\s*[:/(),;–—]+\s*")
"""What stands between a client and a department of his."""
_PLAINLY = 0.75
"""How sure a label is to be at least for what it names to be the client's, whoever is named for it."""
_SUFFIX = re.compile(r" \(client\)$")
"""Behind the name of a client who is called as a team is."""


def shares_of_him(events: pl.DataFrame) -> dict[str, float]:
    """Activity -> share of its events in which the client, or somebody called so, is named as the one who acts."""
    shares: dict[str, float] = {}
    for is_he in _told_by_columns(events):
        # windows look at all rows only where nothing is grouped yet
        counted = events.select("activity", share=is_he).group_by("activity").agg(pl.col("share").mean())
        for activity, share in counted.drop_nulls("activity").iter_rows():
            shares[activity] = max(shares.get(activity, 0.0), share)
    return shares


def told_apart(events: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """*events* in which what both the client and the staff do has a name for each (`Comment`, `Comment (client)`),
    where each is named often enough. What labels tell to be the client's stays so: the staff writes it down."""
    he = he_acts(events)
    if not he.any():
        return events
    known = pl.any_horizontal(
        pl.col(column).is_not_null() for column in ("resource", "team") if column in events.columns
    )
    told = events.select("activity", he=he, staff=known & ~he).drop_nulls("activity")
    counted = told.group_by("activity").agg(his=pl.col("he").sum(), ours=pl.col("staff").sum(), share=pl.mean("he"))
    both = (pl.col("his") >= _SOME) & (pl.col("ours") >= _SOME) & (pl.col("share") < _MOSTLY)
    names = [name for name in counted.filter(both)["activity"].sort() if not _is_plainly_his(name)]
    if not names:
        return events
    new = {name: _("{activity} (client)").format(activity=name) for name in names}
    text = _("what both clients and others are named for is told apart: {names}")
    journal.note(text.format(names=first_of([*new.values()], SHOWN)))
    own = pl.col("activity").cast(pl.String).replace(new)
    return events.with_columns(activity=pl.when(pl.lit(he)).then(own).otherwise(pl.col("activity").cast(pl.String)))


def _is_plainly_his(label: str) -> bool:
    told = read_label(label)
    return told is not None and told.role == ACT and told.sure >= _PLAINLY


def he_acts(events: pl.DataFrame) -> pl.Series:
    """Whether the client, or somebody called so, is named as the one who acts in each of *events*."""
    told = [events.select(he=is_he)["he"] for is_he in _told_by_columns(events)]
    he = pl.repeat(False, events.height, eager=True, dtype=pl.Boolean)
    for one in told:
        he = he | one
    return he


def _told_by_columns(events: pl.DataFrame) -> Iterator[pl.Expr]:
    """Whether the client is named in each event, by each column that may name him."""
    called: dict[str, pl.Expr] = {}
    for column in ("resource", "team"):
        if column not in events.columns or events[column].null_count() == events.height:
            continue
        named = pl.col(column).cast(pl.String)
        is_he = called[column] = named.is_in(_clients_in(events[column].cast(pl.String))).fill_null(False)
        if "client" in events.columns and events["client"].null_count() < events.height:
            his_name = _by_his_name(events, column)
            if column == "team" and "resource" in events.columns:
                # somebody who acts for several clients is none, whatever his team is called (`Socios`: the partners)
                several = pl.col("client").drop_nulls().n_unique().over("resource") > 1
                alone = pl.col("resource").is_null() | ~several
                is_he = is_he & (alone | called["resource"]) if "resource" in called else is_he
                his_name = his_name & alone
            is_he = is_he | his_name
            for person in _persons_of_clients(events):
                his = pl.col("client").drop_nulls().n_unique().over(column) == 1
                is_he = is_he | ((named == pl.col(person)) & his).fill_null(False)
        yield is_he


def _by_his_name(events: pl.DataFrame, column: str) -> pl.Expr:
    """Whether *column* names the client of the case, or a department of his: somebody who acts in his cases only (names
    that are mere codes recur among staff and clients). Who is no person called as he is, neither does most of them nor
    is recorded to spend time on what he does: so a team does that works for him."""
    pairs = _called_as_clients(events, column)
    named = pl.col(column).cast(pl.String)
    if not pairs.height:
        return pl.lit(False)
    lasts = (pl.col("end") > pl.col("start")).fill_null(False) if "start" in events.columns else pl.lit(False)
    told = events.select("client", name=named, known=pl.col(column).is_not_null(), lasts=lasts)
    real = _really_he(told, pairs)
    people = pairs.filter(pl.col("name") == pl.col("client"))["name"] if column == "resource" else pairs["name"].clear()
    plainly = pl.col("plainly") | pl.col("name").is_in(people.implode())
    pairs = pairs.join(real.filter((pl.col("own") >= _MOSTLY) & plainly), on="name")
    both = pl.concat_str(named, pl.col("client").cast(pl.String), separator="\0")
    his = pairs.select(pl.concat_str("name", "client", separator="\0")).to_series()
    return both.is_in(his.implode()).fill_null(False)


def _really_he(told: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of each `name` in *pairs*: the share of its steps in cases of the client of that name, `own`; and whether it is
    `plainly` his: it does enough of them, not most of all in these cases, and mostly without spending time on it."""
    told = told.join(pairs.with_columns(own=True), on=["name", "client"], how="left")
    told = told.with_columns(pl.col("own").fill_null(False))
    known = told.drop_nulls(["name", "client"]).group_by("name")
    names = known.agg(n=pl.col("own").sum(), own=pl.col("own").mean(), lasts=pl.col("lasts").mean())
    in_all = told.group_by("client").agg(pl.col("known").sum().alias("steps"))
    done = told.filter("own").group_by("name", "client").len().join(in_all, on="client")
    much = done.group_by("name").agg(part=pl.col("len").sum() / pl.col("steps").sum())
    plainly = (pl.col("n") >= _SOME) & (pl.col("part") <= _AT_MOST) & (pl.col("lasts") < _MOSTLY)
    return names.join(much, on="name").select("name", "own", plainly=plainly)


def _called_as_clients(events: pl.DataFrame, column: str) -> pl.DataFrame:
    """The `name`s in *column* that are those of a `client`, or of a department of his, each beside him."""
    clients: dict[str, list[str]] = {}
    for client in events["client"].cast(pl.String).drop_nulls().unique().sort():
        bare = _bare(_SUFFIX.sub("", client))
        if any(letter.isalpha() for letter in bare):
            clients.setdefault(bare, []).append(client)
    found = [
        (name, client)
        for name in events[column].cast(pl.String).drop_nulls().unique().sort()
        for client in _whose(name, clients)
    ]
    return pl.DataFrame(found, schema={"name": pl.String, "client": pl.String}, orient="row")


def _whose(name: str, clients: Mapping[str, list[str]]) -> list[str]:
    """Which of *clients* is called by *name*, or has a department that is."""
    words = plain(name.lower()).split()
    found = list(clients.get(_bare(name), ()))
    for at in range(1, len(words)):
        for his, rest in ((words[:at], words[at:]), (words[at:], words[:at])):
            told = [word for word in rest if len(word) > _SHORT]
            if told and all(word in word_list("departments") for word in told):
                found += clients.get(_bare(" ".join(his)), ())
    return list(dict.fromkeys(found))


def _bare(name: str) -> str:
    """*name* in plain form, without how the law calls such a company.

    >>> _bare("Acme Ltd."), _bare("Müller & Co. KG"), _bare("SA")
    ('acme', 'muller', 'sa')
    """
    words = plain(name.lower()).split()
    while len(words) > 1 and words[-1] in word_list("companies"):
        words.pop()
    return " ".join(words)


def is_client(name: str) -> bool:
    """Whether *name* is a word for a client, with or without an article, a number, what he comes by, or one of his
    departments.

    >>> is_client("The customer"), is_client("Customer portal"), is_client("Kundenportal"), is_client("User admin")
    (True, True, True, False)
    >>> is_client("Client – purchasing"), is_client("Client – support"), is_client("Clients – north")
    (True, False, False)
    """
    words = [word for word in plain(name).split() if not word.isdigit() and word not in word_list("articles")]
    if plain(name) in word_list("himself") or "".join(words) in word_list("himself"):
        return True
    words = [part for word in words for part in _by_his_way(word)]
    words = [word for word in words if word not in word_list("ways")]
    return (len(words) == 1 and "client" in tells(words[0])) or _is_department(name)


def _by_his_way(word: str) -> tuple[str, ...]:
    """A compound of a client and what he comes by (`kundenportal`), apart."""
    way = next((one for one in word_list("ways") if len(one) > 3 and word.endswith(one) and word != one), None)
    return (word,) if way is None else (word.removesuffix(way), way)


def _is_department(name: str) -> bool:
    """Whether *name* is that of a department of one client, not of a team that serves clients or sees to what they
    bring: both apart (`Kunde (Einkauf)`), or beside each other where it can be his only (`customer's purchasing`)."""
    parts = [part for part in map(plain, _PARTED.split(name)) if part]
    rest = [part for part in parts if not _is_one_client(part)]
    if 0 < len(rest) < len(parts):
        return not any(_serves(word) for part in rest for word in part.split())
    words = [word for word in plain(name).split() if word not in word_list("articles") and word != "s"]
    his = [word for word in words if word in word_list("one client") or word in word_list("of the client")]
    others = [word for word in words if word not in his and len(word) > _SHORT]
    return bool(his and others) and all(word in word_list("purchasing") for word in others)


def _is_one_client(part: str) -> bool:
    words = [word for word in part.split() if not word.isdigit() and word not in word_list("articles")]
    return len(words) == 1 and words[0] in word_list("one client")


def _serves(word: str) -> bool:
    """Whether a *word* beside the client tells of who serves him, of what he brings, or of somebody else."""
    stems = any(word.startswith(stem) for stem in word_list("serving"))
    return stems or bool(tells(word) & {"third", "protest", "filed", "client"})


def _clients_in(names: pl.Series) -> list[str]:
    """Those of *names* that are words for a client. Where several are nearly all there is (`User_1` to `User_149`),
    they are what accounts are called, whoever uses them."""
    clients = [name for name in names.drop_nulls().unique() if is_client(name)]
    accounts = len(clients) >= _ACCOUNTS and float(names.drop_nulls().is_in(clients).mean() or 0.0) >= _NEARLY_ALL  # type: ignore[arg-type]
    return [] if accounts else clients


def _persons_of_clients(events: pl.DataFrame) -> Iterator[str]:
    """The columns of *events* that tell who asks (`Reporter`) where clients are told by another one, whose people he is
    of: nearly each of their values stands beside one client."""
    for column, dtype in events.schema.items():
        if column in EVENT_COLUMNS or dtype != pl.String or name_score("client", column) <= _CALLED:
            continue
        clients = events.group_by(column).agg(pl.col("client").drop_nulls().n_unique()).drop_nulls(column)["client"]
        if len(clients) and float((clients <= 1).mean() or 0.0) >= _MOSTLY:  # type: ignore[arg-type]
            yield column
