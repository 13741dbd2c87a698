"""What is made ahead: in order, one at a time, and no further than the next."""

from __future__ import annotations

from threading import Event

import pytest

from irrupt.experiment.ahead import ahead

SOON = 30.0


def test_the_next_is_made_while_one_is_in_use_and_no_other() -> None:
    begun = {number: Event() for number in range(3)}

    def make(number: int) -> int:
        begun[number].set()
        return number * number

    made = ahead(make, range(3))
    assert next(made) == 0
    assert begun[1].wait(SOON)
    assert not begun[2].is_set()
    assert list(made) == [1, 4]


def test_what_cannot_be_made_is_told_when_its_turn_comes() -> None:
    made = ahead(lambda number: 1 // number, [1, 0, 1])
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_who_stops_waits_for_what_is_being_made() -> None:
    done = Event()
    go_on = Event()

    def make(number: int) -> int:
        if number == 1:
            go_on.wait(SOON)
            done.set()
        return number

    made = ahead(make, range(3))
    next(made)
    go_on.set()
    made.close()
    assert done.is_set()


def test_of_nothing_comes_nothing() -> None:
    assert list(ahead(str, [])) == []
