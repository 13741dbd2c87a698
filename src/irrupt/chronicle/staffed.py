"""Which activities the staff does: its people spend time on them, or are named for them beside other work."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from irrupt.chronicle.lexicon import tells, word_list, words_of

_NEARLY_ALL = 0.95
_MANY_STEPS = 30
"""Steps from which it is told whether somebody does them one after the other."""
_SOME = 0.2
"""Share of a step that people do who also do others, from which on those who do nothing else are of the staff, too."""
_SEVERAL = 3
"""Clients for whom somebody does a step, from which on he is none of them."""
_RECORDED = 0.5
"""Share of what clients do that the staff writes down, from which on a name of the staff tells nothing."""
_EITHER_WAY = frozenset({"pay", "ask"})
_HIS = frozenset({"client", "receive", "protest"})


def worked(events: pl.DataFrame) -> frozenset[str]:
    """The activities on which time is spent, nearly always by people who mostly do something else, or who do it for
    several clients in turn."""
    if "resource" not in events.columns or events["start"].null_count() == events.height:
        return frozenset()
    lasting = pl.col("resource").is_not_null() & (pl.col("end") > pl.col("start"))
    columns = [name for name in ("activity", "resource", "client", "start", "end") if name in events.columns]
    known = events.select(*columns, lasts=lasting.fill_null(False), beside=_beside())
    pairs = ["activity", "resource"]
    in_turn = _in_turn(known.filter(pl.col("lasts") & ~pl.col("beside")), pairs)
    staff = pl.col("lasts") & (pl.col("beside") | pl.col("in_turn").fill_null(False))
    shares = known.join(in_turn, on=pairs, how="left").group_by("activity").agg(staff.mean().alias("staff"))
    return frozenset(shares.filter(pl.col("staff") >= _NEARLY_ALL)["activity"])


def _beside() -> pl.Expr:
    """Whether somebody is named who mostly does something else."""
    here, everywhere = pl.len().over("resource", "activity"), pl.len().over("resource")
    return (here <= everywhere / 2) & pl.col("resource").is_not_null()


def _in_turn(steps: pl.DataFrame, pairs: list[str]) -> pl.DataFrame:
    """By *pairs*, whether *steps* are many, of several clients, and hardly ever two at once: a client does his own, and
    what is called a person but serves everybody at the same time is none."""
    if "client" not in steps.columns:
        return steps.select(*pairs, in_turn=pl.lit(False)).clear()
    before = pl.col("end").cum_max().shift(1).over(pairs)
    told = steps.sort("start").with_columns(alone=(pl.col("start") >= before).fill_null(True))
    clients = pl.col("client").drop_nulls().n_unique()
    many = (pl.len() >= _MANY_STEPS) & (clients > 1) & (pl.col("alone").mean() >= _NEARLY_ALL)
    return told.group_by(pairs).agg(many.alias("in_turn"))


def for_several(events: pl.DataFrame, in_hours: Collection[str]) -> frozenset[str]:
    """Those of the activities *in_hours* for which nearly always somebody is named who does them for several clients,
    and who is of a team, does other steps as well or shares them with one who does: how few they are tells nothing of
    clients."""
    if not {"resource", "client"} <= set(events.columns):
        return frozenset()
    return _serving(events, pl.col("client").drop_nulls().n_unique() >= _SEVERAL) & frozenset(in_hours)


def in_many_cases(events: pl.DataFrame, in_hours: Collection[str]) -> frozenset[str]:
    """The same where no client is known: of those who do them in many cases."""
    if "resource" not in events.columns or ("client" in events.columns and not events["client"].is_null().all()):
        return frozenset()
    return _serving(events, pl.col("case").n_unique() >= _MANY_STEPS) & frozenset(in_hours)


def _serving(events: pl.DataFrame, many: pl.Expr) -> frozenset[str]:
    """The activities done by those who do them for *many*, and other steps as well, or who are of a team."""
    elsewhere = pl.col("activity").n_unique().over("resource") > 1
    if "team" in events.columns:
        elsewhere = elsewhere | pl.col("team").is_not_null()
    several = many.over("resource", "activity")
    # windows look at all rows only where nothing is grouped yet
    named = events.select("activity", "resource", elsewhere=elsewhere, several=several).drop_nulls("activity")
    known = pl.col("resource").is_not_null()
    elsewhere = pl.col("elsewhere") | ((pl.col("elsewhere") & known).mean().over("activity") >= _SOME)
    serves = named.select("activity", serves=known & elsewhere & pl.col("several"))
    shares = serves.group_by("activity").agg(pl.col("serves").fill_null(False).mean())
    return frozenset(shares.filter(pl.col("serves") >= _NEARLY_ALL)["activity"])


def done_by_staff(events: pl.DataFrame, his: Collection[str], in_hours: Collection[str]) -> frozenset[str]:
    """Those of the activities *in_hours* for which nearly always somebody of the staff is named: who is of a team or
    mostly does something else, and little of what is surely *his*. None where the staff writes down most of that as
    well: then a name tells who recorded it, not who acted."""
    if "resource" not in events.columns:
        return frozenset()
    beside = _beside()
    if "team" in events.columns:
        beside = beside | (pl.col("team").is_not_null() & pl.col("resource").is_not_null())
    acts, hours = (pl.col("activity").is_in(list(some)).fill_null(False) for some in (his, in_hours))
    staff = beside & hours & (acts.mean().over("resource") < _RECORDED)
    known = events.select("activity", staff=staff.fill_null(False), his=acts)
    if float(known.filter("his")["staff"].mean() or 0.0) >= _RECORDED:  # type: ignore[arg-type]
        return frozenset()
    shares = known.group_by("activity").agg(pl.col("staff").mean()).drop_nulls()
    return frozenset(shares.filter(pl.col("staff") >= _NEARLY_ALL)["activity"])


def unrecorded(events: pl.DataFrame, his: Collection[str]) -> bool:
    """Whether hardly anybody is named for what is surely *his*, which comes often enough to tell."""
    if "resource" not in events.columns:
        return False
    named = events.filter(pl.col("activity").is_in(list(his)))["resource"].is_not_null()
    return len(named) >= _MANY_STEPS and float(named.mean() or 0.0) <= 1.0 - _NEARLY_ALL  # type: ignore[arg-type]


def says_who(label: str) -> bool:
    """Whether *label* says that the client acts, or that something came from him.

    >>> says_who("Customer signs"), says_who("Payment received"), says_who("Sign deed")
    (True, True, False)
    """
    return bool(_told_by(label) & _HIS) or not word_list("takings").isdisjoint(words_of(label, {}))


def either_way(label: str) -> bool:
    """Whether *label* names a payment or a request without saying from whom it comes: the organisation may make it.

    >>> either_way("Pagamento disposto"), either_way("Payment received"), either_way("Customer pays")
    (True, False, False)
    """
    return bool(_told_by(label) & _EITHER_WAY) and not says_who(label)


def _told_by(label: str) -> frozenset[str]:
    return frozenset().union(*map(tells, words_of(label, {})))


def pays(label: str) -> bool:
    """Whether *label* names a payment."""
    return "pay" in _told_by(label)


def bills(labels: Iterable[str]) -> bool:
    """Whether *labels* tell of an invoice: then what is paid is paid by the client."""
    return any(not word_list("invoices").isdisjoint(words_of(label, {})) for label in labels)
