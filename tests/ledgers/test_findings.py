"""What audits find, counted by hand; and made a rule in a run."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.ledgers import Ledgers, Window, parties_of
from irrupt.ledgers.findings import finds
from irrupt.regulation import When, acts
from irrupt.units import WEEK

COUNTER = counter(load=0.5, cases_per_week=100.0)
AUDIT = acts.Audit(client="Public", after="Serve", share=0.5, team="Desk", duration="1 min", finds=0.2, back_to="Serve")


def test_findings_are_counted_by_client_and_week() -> None:
    """Three in two weeks, one of them of B; what is before them, and an audit that finds nothing, do not count."""
    legend = replace(
        Simulation(COUNTER, seed=1, weeks=0).legend, clients=("A", "B"), activities=("Audit", "Non-conformity")
    )
    told = [(0, 0, 1, -1.0), (1, 0, 1, 1.0), (2, 0, 0, 2.0), (3, 1, 1, 3.0), (4, 0, 1, 4.0)]
    case, client, activity, day = map(np.array, zip(*told, strict=True))
    none, moment = np.full(5, -1, np.int32), day * 86400.0
    rows = Rows(case, client, activity, none, none, *[moment] * 4, np.zeros(5, np.uint8))
    ledgers = Ledgers(legend, Window(begin=0.0, end=2 * WEEK))
    ledgers.add(rows)
    values = ledgers.result(parties_of(legend))["findings of audits"]
    assert (values["A"], values["B"], values["all clients"]) == (1.0, 0.5, 1.5)


def test_where_nothing_is_called_so_nothing_is_told() -> None:
    legend = Simulation(COUNTER, seed=1, weeks=0).legend
    ledgers = Ledgers(legend, Window(begin=0.0, end=WEEK))
    assert math.isnan(ledgers.result(parties_of(legend))["findings of audits"]["Public"])
    assert [finds(name) for name in ("Auditfeststellung", "Constat d’audit", "Find file", "Conform")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("least", "becomes"), [(1, True), (1000, False)])
def test_findings_become_a_rule(least: int, becomes: bool) -> None:
    """One in five of the audits of every second case finds something: some ten a week."""
    rule = acts.ImposedCheck(client="Public", after="Serve", team="Desk", duration="1 min")
    late = When(act=rule, condition=f"findings of audits > {least} findings a week over 2 weeks")
    told = compare(COUNTER, scenarios={"one": [AUDIT, late]}, weeks=6, warm_up_weeks=3, replications=4)
    history = told.history("one", 0)
    assert any("Check" in change.rule for change in history.changes) == becomes


def test_what_an_audit_brings_is_told_beside_none_without_it() -> None:
    """Half of 100 cases a week are audited, and a fifth of these audits find something."""
    told = compare(COUNTER, AUDIT, weeks=6, warm_up_weeks=3, replications=4)
    (row,) = told.effects.filter(measure="findings of audits", party="Public").rows(named=True)
    assert (row["without"], row["kind"]) == (0.0, "by construction")
    assert row["with"] == pytest.approx(12, abs=3)  # what goes back may be audited again
