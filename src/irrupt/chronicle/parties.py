"""Clients as parties: the large ones by name, all others together."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.hints import called
from irrupt.chronicle.journal import SHOWN
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.succession import first_known, first_rows
from irrupt.errors import Fault, UsageError, near
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, CLIENTS_TOGETHER, GROUPS, OTHER_CLIENTS, as_team
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

_GROUPS = 6
_FEW = 12
_FEW_CASES = 30
_MANY_CASES = 100


def group_clients(chronicle: Chronicle, *, most: int = 3, share: float = 0.005) -> dict[str, str]:
    """Client -> party. Empty where no client is visible.

    Up to twelve clients are a party each, if they have thirty cases. Of more, the largest *most* that each have at
    least the *share* of all cases and a hundred cases are; all others are `other clients`. Where the Chronicle names an
    attribute by which clients are grouped, its six commonest values are the parties instead: a client belongs to the
    one that most of his cases bear.

    >>> from irrupt.chronicle.reading import read
    >>> days = ["2024-01-01", "2024-01-02"]
    >>> frame = pl.DataFrame({"case": ["1", "2"], "activity": "a", "end": days, "client": ["x", "y"]})
    >>> group_clients(read(frame))
    {'x': 'other clients', 'y': 'other clients'}
    """
    if chronicle.groups:
        return _by_attribute(chronicle)
    sizes = (
        _first_named(chronicle.events)
        .lazy()
        .group_by("client")
        .len()
        .sort("len", "client", descending=[True, False])
        .collect()
    )
    if not sizes.height:
        return {}
    large = sizes.filter(pl.col("len") >= fewest_cases(sizes.height, chronicle.cases, share))["client"]
    named = set(large if sizes.height <= _FEW else large.head(most))
    return {name: name if name in named else OTHER_CLIENTS for name in sizes["client"].sort()}


def fewest_cases(clients: int, cases: int, share: float = 0.005) -> int:
    """How many of the *cases* of a log a client needs to be a party, among so many *clients*.

    >>> fewest_cases(12, 10_000), fewest_cases(13, 10_000), fewest_cases(13, 100_000)
    (30, 100, 500)
    """
    return _FEW_CASES if clients <= _FEW else max(math.ceil(share * cases), _MANY_CASES)


def _first_named(events: pl.DataFrame) -> pl.DataFrame:
    """The first client that each case names; none of cases that name nobody."""
    first = first_rows(events["case"])
    if len(first):
        return first_known(first, events["client"]).drop_nulls().to_frame()
    named = events.select("case", "client").drop_nulls()
    return named.group_by("case").agg(pl.col("client").first()).select("client")


def grouped(chronicle: Chronicle, groups: str) -> Chronicle:
    """*chronicle* with its clients shown together by the attribute *groups*.

    Raises `UsageError` when no client is visible or there is no such attribute.
    """
    faults = []
    if chronicle.events["client"].null_count() == chronicle.events.height:
        faults.append(Fault("groups", _("no client is visible in the log"), _("clients to group")))
    # an attribute that is called as a role has a number behind its name
    column = called(chronicle.attributes, groups) or called(chronicle.attributes, f"{groups} (2)")
    if column is None:
        faults.append(_no_attribute(chronicle, groups))
    if faults:
        raise UsageError(faults)
    notes = [_("clients are shown in groups, by {column}").format(column=groups)]
    shown = replace(chronicle, groups=column or groups)
    elsewhere = _elsewhere(shown)
    if elsewhere:
        text = ngettext(
            "{n} case bears another {column} than most cases of its client, and is shown with these; to go by each "
            "case, say --client {column}",
            "{n} cases bear another {column} than most cases of their clients, and are shown with these; to go by each "
            "case, say --client {column}",
            elsewhere,
        )
        notes.append(text.format(n=number(elsewhere, 0), column=groups))
    return replace(shown, notes=(*chronicle.notes, *notes))


def _no_attribute(chronicle: Chronicle, name: str) -> Fault:
    """That *name* is no attribute, and, where it is a column that is read as something else, as what."""
    events = chronicle.events
    empty = {role for role in events.columns if events[role].null_count() == events.height}
    taken = {column: role for role, column in chronicle.mapping.items() if role not in empty}
    column = called([*taken], name)
    if column is None:
        found = _('no attribute "{name}"').format(name=name)
        return Fault("groups", found, remedy=_attributes(name, chronicle.attributes))
    role = taken[column]
    found = _('"{column}" is read as {role}').format(column=column, role=role)
    remedy = _("name another column for that: --map {role}=COLUMN; attributes: {columns}")
    columns = first_of(sorted(chronicle.attributes), SHOWN) or _("none")
    return Fault("groups", found, remedy=remedy.format(role=role, columns=columns))


def _attributes(name: str, attributes: Sequence[str]) -> str:
    """Which *attributes* there are that may be meant by *name*: the first of them even where they are many."""
    if not attributes:
        return _("the log has none: all its columns are read as something else, such as the team or the client")
    return near(name, attributes) or _("known: {words}").format(words=first_of(sorted(attributes), SHOWN))


def _elsewhere(chronicle: Chronicle) -> int:
    """How many cases bear another group than the one with which their client is shown."""
    cases = _cases_and_groups(chronicle).drop_nulls("g")
    own = cases.group_by("client", "g").len().group_by("client").agg(pl.col("len").sum() - pl.col("len").max())
    return int(own.select(pl.col("len").sum()).collect().item() or 0)


def _cases_and_groups(chronicle: Chronicle) -> pl.LazyFrame:
    """`client` and group, `g`, of each case that names a client."""
    return (
        chronicle.events.lazy()
        .group_by("case")
        .agg(
            pl.col("client").drop_nulls().first(),
            pl.col(chronicle.groups).drop_nulls().first().cast(pl.String).alias("g"),
        )
        .drop_nulls("client")
    )


def _by_attribute(chronicle: Chronicle) -> dict[str, str]:
    cases = _cases_and_groups(chronicle)
    counted = cases.group_by("client", "g").len().sort("len", "g", descending=[True, False], nulls_last=True)
    home = counted.group_by("client", maintain_order=True).agg(pl.col("g").first(), pl.col("len").sum()).collect()
    sizes = home.drop_nulls("g").group_by("g").agg(pl.col("len").sum()).sort("len", "g", descending=[True, False])
    named = set(sizes["g"].head(_GROUPS))
    new = own_names(named, chronicle.events)
    groups = home.select("client", "g").sort("client").iter_rows()
    return {client: new.get(group, group) if group in named else OTHER_CLIENTS for client, group in groups}


def own_names_said(new: Mapping[str, str]) -> Iterator[str]:
    """What is told of clients who are called otherwise than they were."""
    together = [new[name] for name in new if name == ALL_CLIENTS]
    teams = [new[name] for name in new if name != ALL_CLIENTS]
    if teams:
        text = _("clients who bear the name of a team are marked: {names}")
        yield text.format(names=first_of(teams, SHOWN))
    if together:
        yield _("a client who is called as all clients together are is marked: {name}").format(name=together[0])


def own_names(clients: Collection[str], events: pl.DataFrame) -> dict[str, str]:
    """Those of *clients* who are called as a team in *events* is, or as all of them together are, and what else each is
    called: a party is known by its name.

    >>> own_names({"Sales", "Hospital"}, pl.DataFrame({"team": ["Sales", None]}))
    {'Sales': 'Sales (client)'}
    """
    taken = set(events["team"].drop_nulls().unique()) if "team" in events.columns else set[str]()
    taken |= {ALL_TEAMS, ALL_CLIENTS} if len(clients) > 1 else {ALL_TEAMS}
    return {name: _("{name} (client)").format(name=name) for name in sorted(taken.intersection(clients))}


def own_teams(teams: Collection[str]) -> dict[str, str]:
    """Those of *teams* who are called as several parties together are, and what else each is called.

    >>> own_teams(["Sales", "all clients", "all teams"])
    {'all clients': 'all clients (team)', 'all teams': 'all teams (team)'}
    """
    taken = GROUPS if len(teams) > 1 else CLIENTS_TOGETHER
    return {name: as_team(name) for name in sorted(taken.intersection(teams))}
