"""What compiled code is handed has one form."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.engine.examples import counter
from irrupt.engine.forms import RULES, STATE, OneForm, form
from irrupt.engine.layout import Records, record
from irrupt.engine.state import new_state
from irrupt.engine.tables import tables

KIND = record("key:i8 share:f8")


def read_only() -> Records:
    values = np.zeros(3, KIND)
    values.flags.writeable = False
    return values


@pytest.mark.parametrize(
    "other",
    [
        np.zeros(3),
        np.zeros((3, 1), KIND),
        np.zeros(6, KIND)[::2],
        read_only(),
        np.zeros(3, np.dtype([("key", "i8"), ("share", "f4")])),
        np.zeros(3, record("share:f8 key:i8")),
        0.0,
        (),
    ],
)
def test_what_compiled_code_would_take_for_something_else_is_refused(other: object) -> None:
    same = OneForm()
    same((np.zeros(5, KIND), 1))
    same((np.zeros(0, KIND), True))
    with pytest.raises(TypeError, match="another form"):
        same((other, 1))


def test_rules_and_states_that_would_be_taken_for_something_else_are_refused() -> None:
    made = tables(counter())
    state = new_state(made, 1, 100.0)
    assert form(RULES(made.rules)) == form(made.rules)
    with pytest.raises(TypeError, match="another form"):
        RULES(made.rules._replace(check_at=made.rules.check_at.astype(np.int64)))
    with pytest.raises(TypeError, match="another form"):
        STATE(state._replace(seen=np.asfortranarray(np.ones((4, 3), np.int32))))
