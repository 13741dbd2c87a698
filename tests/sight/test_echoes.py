"""What one client does is told of him, and not again of all others, who do it less than all but them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle import Chronicle
from irrupt.sight import see
from irrupt.sight.echoes import Compared, without_echoes

CLIENTS = ("Alpha", "Beta", "Gamma", "Delta")


def log(odd: str, cases: int = 1200) -> list[dict[str, Any]]:
    """Cases of four clients; those of *odd* are taken up again and last longer in a third of them, others' in 5 %."""
    random = np.random.default_rng(3)
    events = []
    for case in range(cases):
        client, begin = CLIENTS[case % len(CLIENTS)], float(random.uniform(0, 26 * 168))
        steps = ["open", "repair", "close"]
        if random.random() < (0.35 if client == odd else 0.05):
            steps += ["reopened by customer", "repair", "close"]
        for step in steps:
            begin += float(random.exponential(4.0)) + 1.0
            by = None if "customer" in step else "Desk 1"
            events.append({"case": f"{case}", "activity": step, "end": begin, "client": client, "resource": by})
    return events


@pytest.mark.parametrize("kind", ["footprint", "client procedure", "waits of a client"])
def test_a_difference_is_told_of_the_client_whose_it_is(kind: str, chronicle: Callable[..., Chronicle]) -> None:
    found = [one for one in see(chronicle(log("Beta"))).findings if one.kind == kind]
    assert found
    for one in found:
        assert "Beta" in one.text
        assert not any(name in one.text for name in CLIENTS if name != "Beta")


def test_who_fares_as_most_do_is_not_told_of_for_what_a_few_do() -> None:
    """Three of twelve pass others, in too few cases each to be sure of one: that they are passed was told of three of
    the nine."""
    found = [Compared(client, 0.0, 0.13, (-0.17, -0.09)) for client in "DEF"]
    few = {"A": 0.3, "B": 0.17, "C": 0.14} | dict.fromkeys("DEFGHIJKL", 0.0)
    assert without_echoes(found, few, 0.05) == set()


def test_clients_with_a_name_who_all_differ_from_the_many_without_are_told_of() -> None:
    found = [Compared(client, 0.3, 0.12, (0.1, 0.25)) for client in "ABC"]
    assert without_echoes(found, {"A": 0.3, "B": 0.32, "C": 0.28}, 0.05) == {"A", "B", "C"}


def test_who_does_more_than_most_is_not_said_to_do_less_than_all_others() -> None:
    """A client does it in 34 % of his cases where most do in 26 %: since one does in 78 %, and has half of the cases,
    he was said to do it less."""
    found = [Compared("A", 0.78, 0.29, (0.44, 0.53)), Compared("B", 0.34, 0.58, (-0.29, -0.18))]
    assert without_echoes(found, {"A": 0.78, "B": 0.34, "C": 0.26, "D": 0.26}, 0.05) == {"A"}


def test_who_does_less_than_most_as_well_is_told_of() -> None:
    found = [Compared("A", 0.78, 0.29, (0.44, 0.53)), Compared("B", 0.12, 0.58, (-0.5, -0.4))]
    assert without_echoes(found, {"A": 0.78, "B": 0.12, "C": 0.26, "D": 0.26}, 0.05) == {"A", "B"}
