"""When cases are due is learned by their class and by how much they ask for, where these tell it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery import discover
from irrupt.discovery.kinds import dates
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation

DAY = 86400.0


def test_a_class_and_a_quantity_tell_what_they_explain() -> None:
    random = np.random.default_rng(1)
    kind, much = random.integers(0, 2, 400), random.uniform(1.0, 9.0, 400)
    classes = Attribute(name="size", values=("large", "small"), of_case=kind)
    after = np.where(kind == 0, 12.0, 5.0) * DAY + 3600.0 * much + random.normal(0.0, 600.0, 400)
    told = dates.learn(after, np.ones(400, bool), classes, much)
    assert told.per_unit == pytest.approx(3600.0, rel=0.02)
    found = told.by_class(None)
    assert found["large"].mean == pytest.approx(12.0 * DAY, rel=0.01)
    assert found["small"].mean == pytest.approx(5.0 * DAY, rel=0.01)


def test_what_explains_nothing_does_not_count() -> None:
    random = np.random.default_rng(2)
    classes = Attribute(name="colour", values=("red", "green"), of_case=random.integers(0, 2, 400))
    told = dates.learn(random.uniform(3.0, 9.0, 400) * DAY, np.ones(400, bool), classes, random.uniform(1.0, 9.0, 400))
    assert (told.per_unit, told.by_class(None)) == (0.0, {})


@pytest.mark.parametrize(("part", "told"), [(0.05, False), (0.15, True), (0.4, True)])
def test_classes_count_where_they_tell_a_tenth_of_how_dates_differ(part: float, told: bool) -> None:
    """Dates of a class lie evenly about its mean; *part* of the variance is that between the means."""
    within = np.tile(np.linspace(-1.0, 1.0, 100), 2)
    apart = np.sqrt(part / (1.0 - part) * within.var()) * np.repeat([-1.0, 1.0], 100)
    classes = Attribute(name="size", values=("large", "small"), of_case=np.repeat([0, 1], 100))
    found = dates.learn((9.0 + within + apart) * DAY, np.ones(200, bool), classes, None)
    assert set(found.by_class(None)) == ({"large", "small"} if told else set())


@pytest.mark.parametrize("much", [np.full(200, 5.0), np.repeat([2.0, 8.0], 100)], ids=["all", "of a class"])
def test_amounts_that_are_all_alike_tell_nothing_of_dates(much: Floats) -> None:
    classes = Attribute(name="size", values=("large", "small"), of_case=np.repeat([0, 1], 100))
    after = (np.tile(np.linspace(4.0, 6.0, 100), 2) + 10.0 * (classes.of_case == 0)) * DAY
    assert dates.learn(after, np.ones(200, bool), classes, much).per_unit == 0.0


@pytest.mark.usefixtures("few_steps")
def test_dates_by_class_are_found_again(desk: Organisation) -> None:
    work = replace(desk.steps["Work"], by_class={"hard": 3.0, "easy": 0.5})
    clients = {
        name: replace(
            client,
            classes={"hard": 0.4, "easy": 0.6},
            due=Distribution.fixed(2.0 * DAY),
            due_by_class={"hard": Distribution.fixed(6.0 * DAY)},
        )
        for name, client in desk.clients.items()
    }
    log = simulate(replace(desk, clients=clients, steps={**desk.steps, "Work": work}), weeks=20, seed=3)
    for client in discover(log, fidelity=False).clients.values():
        days = {name: desk.distribution(due).mean / DAY for name, due in client.due_by_class.items()}
        assert days == pytest.approx({"hard": 6.0, "easy": 2.0}, rel=0.03)


@pytest.mark.parametrize("whose", ["client", "class"])
def test_working_days_count_where_they_tell_better_when_cases_are_due(whose: str) -> None:
    """Cases come on each day from Monday to Friday, and are due at five in the afternoon of the third working day after
    it, or the fifth, by whose or of which class they are; or a week or two later, which all days tell as well."""
    number = np.arange(200)
    one = number % 2 == 0
    day = number // 2 % 5 + 7 * (number // 10)
    came = (day + 0.3 + 0.002 * (number % 100)) * DAY
    by, none = (number % 2).astype(np.int64), np.zeros(200, np.int64)
    client, of_case = (by, none) if whose == "client" else (none, by)
    classes = Attribute(name="size", values=("large", "small"), of_case=of_case)

    def counted(ahead: Ints) -> tuple[str, list[float]]:
        after = (day + ahead) * DAY + 17 * 3600.0 - came
        told, since = dates.counted(came, after, client, classes)
        return told, ((since - 17 * 3600.0) / DAY).round(6).tolist()

    later = np.where(one, 3, 5)
    assert counted(later + 2 * ((day % 7 + later + 2) // 7)) == ("working day", later.tolist())
    weeks = np.where(one, 7, 14)
    assert counted(weeks) == ("day", weeks.tolist())


@pytest.mark.parametrize("after", [np.full(200, 5.0 * DAY), np.linspace(3.0, 9.0, 5) * DAY], ids=["alike", "few"])
def test_dates_that_are_alike_or_few_depend_on_nothing(after: Floats) -> None:
    much = np.arange(len(after)) + 1.0
    classes = Attribute(name="size", values=("large", "small"), of_case=np.arange(len(after)) % 2)
    found = dates.learn(after, np.ones(len(after), bool), classes, much)
    assert (found.per_unit, found.by_class(None), found.left.tolist()) == (0.0, {}, after.tolist())
