"""The steps that are done in runs without acts, and where those stand that are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags
from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine.standing import Stands


class Steps(NamedTuple):
    """Those of runs of the baseline, in the time that is measured."""

    rows: Sequence[Rows]
    legend: Legend
    open: Collection[Stands] = ()
    """Where cases stand that are not over in the end, in any of the runs."""

    def of(self, client: str | None, teams: Collection[str], activities: Collection[str]) -> Iterator[Part]:
        """The steps of each run; of them those of a client, at some teams or activities, where these are said."""
        clients = numbers(self.legend.clients, () if client is None else (client,))
        at, doing = numbers(self.legend.teams, teams), numbers(self.legend.activities, activities)
        for rows in self.rows:
            asked = np.ones(len(rows.case), bool)
            for column, wanted, said in (
                (rows.client, clients, client is not None),
                (rows.team, at, teams),
                (rows.activity, doing, activities),
            ):
                asked &= np.isin(column, wanted) if said else column >= 0
            yield Part(rows, asked)

    def cases(self, rows: Rows, client: str | None) -> int:
        """How many cases there are in a run, or of a client in it, also those on which nobody works."""
        his = np.isin(rows.client, numbers(self.legend.clients, (client,))) if client is not None else slice(None)
        return len(np.unique(rows.case[his]))

    def stand(self, client: str | None, teams: Collection[str], activities: Collection[str]) -> bool:
        """Whether cases like that stand there in the end."""
        return any(
            (client is None or one.client == client)
            and (not teams or one.team in teams)
            and (not activities or one.activity in activities)
            for one in self.open
        )


class Part(NamedTuple):
    """Some of the steps of a run."""

    rows: Rows
    asked: Flags


def numbers(names: Sequence[str], chosen: Iterable[str]) -> list[int]:
    """At which places of *names* those stand that are *chosen*."""
    wanted = set(chosen)
    return [number for number, name in enumerate(names) if name in wanted]
