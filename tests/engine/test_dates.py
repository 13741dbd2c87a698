"""When cases are due, by their class and by how much they ask for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import Distribution
from irrupt.organisation.distributions import NONE
from irrupt.organisation.files import from_dict, to_dict

DAY = 86400.0


@pytest.mark.parametrize("reference", [False, True])
def test_each_case_is_due_by_its_class_and_its_quantity(make: SimpleNamespace, reference: bool) -> None:
    plain = counter(0.3, cases_per_week=50.0)
    (name,) = plain.clients
    client = replace(
        plain.clients[name],
        classes={"hard": 0.5, "easy": 0.5},
        due=Distribution.fixed(2.0 * DAY),
        due_by_class={"hard": Distribution.fixed(6.0 * DAY)},
    )
    rules = replace(plain, clients={name: client})
    rows = make.whole(rules, reference=reference)
    assert {*np.round((rows.due - rows.enabled) / DAY, 6).tolist()} == {2.0, 6.0}
    more = replace(client, quantity=Distribution.fixed(3.0), due_per_unit=Distribution.fixed(0.5 * DAY))
    rows = make.whole(replace(plain, clients={name: more}), reference=reference)
    assert {*np.round((rows.due - rows.enabled) / DAY, 6).tolist()} == {3.5, 7.5}


def test_dates_are_written_and_read_again() -> None:
    plain = counter(0.3)
    (name,) = plain.clients
    client = replace(
        plain.clients[name],
        classes={"hard": 1.0},
        due=Distribution.fixed(DAY),
        due_by_class={"hard": Distribution.exponential(DAY)},
        due_per_unit=Distribution.fixed(60.0),
    )
    for one in (client, replace(client, due_from="day"), replace(client, due=None, due_per_unit=NONE, due_from="day")):
        assert from_dict(to_dict(replace(plain, clients={name: one}))).clients[name] == one


def test_dates_of_what_is_not_there_are_refused(make: SimpleNamespace) -> None:
    plain = counter(0.3)
    (name,) = plain.clients
    wrong = replace(plain.clients[name], classes={"hard": 1.0}, due_by_class={"hart": Distribution.fixed(DAY)})
    with pytest.raises(ModelError, match=r"due by class > hart.*did you mean"):
        make.whole(replace(plain, clients={name: wrong}))
    alone = replace(plain.clients[name], due_per_unit=Distribution.fixed(DAY))
    assert alone.due_per_unit != NONE
    with pytest.raises(ModelError, match="due per unit"):
        make.whole(replace(plain, clients={name: alone}))
