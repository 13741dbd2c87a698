"""Findings: what audits find, as records tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.chronicle.rows import Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.model import Measure, Parties, Window

NAN = float("nan")

FINDINGS = Measure(
    name=mark("findings of audits"),
    ledger="organisation",
    unit=mark("findings a week"),
    of="client",
    definition=mark(
        "Findings of audits in the client's cases, a week, told by the names of activities. An act may wait for them: "
        "so findings become rules. Told only where there are any."
    ),
    set_by=frozenset({"skips", "checks", "routes"}),
    matters_least=0.1,
)


_WORDS = re.compile(
    r"\baudit findings?\b|\bfindings? of (an |the )?audits?\b|\bnon[ -]?conform|\b(constat|écart)s? d(’|')audit"
    r"|\baudit(feststellung|abweichung)|\bnichtkonformit|\bno conformidad",
    re.IGNORECASE,
)


def finds(activity: str) -> bool:
    """Whether the name of *activity* says that an audit has found something.

    >>> [finds(name) for name in ("Audit finding", "Non-conformity", "Constat d'audit", "Audit", "Find document")]
    [True, True, True, False, False]
    """
    return _WORDS.search(activity) is not None


@dataclass(slots=True)
class FindingState:
    """Findings per client of the legend."""

    window: Window
    named: Flags
    """Per activity."""
    found: Ints


@dataclass(frozen=True, slots=True)
class FindingReducer:
    """Findings in the cases of each client."""

    measures: ClassVar[tuple[Measure, ...]] = (FINDINGS,)

    def begin(self, legend: Legend, window: Window) -> FindingState:
        """Fresh state."""
        named = np.array([*map(finds, legend.activities)], np.bool_)
        return FindingState(window, named, np.zeros(len(legend.clients), np.int64))

    def add(self, state: FindingState, rows: Rows) -> None:
        """Take in the next rows."""
        if not state.named.any():
            return
        found = (rows.activity >= 0) & (rows.client >= 0) & state.window.contains(rows.end)
        at = np.flatnonzero(found & state.named[rows.activity])
        state.found += np.bincount(rows.client[at], minlength=len(state.found))

    def result(self, state: FindingState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> client or group of clients -> value."""
        told = bool(state.named.any())
        values = {}
        for party, clients in parties.clients.items():
            number = state.found[[client for client in clients if client < len(state.found)]].sum()
            values[party] = float(number) / state.window.weeks if told else NAN
        return {FINDINGS.name: values}
