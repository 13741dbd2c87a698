"""Values stay what they are, to the last bit: what a ledger tells of logs of every kind, as recorded.

A change of these numbers changes results that users have kept: it needs a reason, and a line in the changelog.
"""

from __future__ import annotations

from hashlib import sha256

import pytest

from irrupt.ledgers import Duty, Ledgers, Parties, Window
from irrupt.units import WEEK

SHIFTS = (
    tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)),
    tuple((day * 1440 + 360, day * 1440 + 840) for day in range(6)),
    tuple((day * 1440 + 1320, day * 1440 + 1740) for day in range(5)),
)
DUTIES = {
    f"person {n}": Duty(teams=("team 0", "team 1")[: 1 + n % 2], hours=SHIFTS[n % 3], at_once=1 + n % 2)
    for n in range(5)
}
PARTIES = Parties(
    clients={"client 1": (1,), "others": (0, 2, 4), "apart": (3, 0), "nobody": (), "all clients": (0, 1, 2, 3, 4)},
    teams={"team 0": (0,), "team 1": (1,), "team 2": (2,), "two": (0, 2), "all teams": (0, 1, 2)},
    at_teams={"client 1 @ two": ((1,), (0, 2))},
    at_activities={"all @ 2": ((0, 1, 2, 3, 4), (2,))},
)
WINDOW = Window(begin=1.25 * WEEK, end=8.5 * WEEK)
RECORDED = {
    "all": "1938941132d94cb2da1876588daaedf6025d7a5163ee4aac5476e1a7337902d8",
    "hours": "61efc67db2363023fbc30d92b2ef387e851a1c9203e16594a083c0eca75ac457",
    "no starts": "4f5309a8b5c6006faaa4ab7c14035c77a1848053f2044c7950849fcf4769058f",
    "unfinished": "28d5f2f16703f002cc9f4f19e2234273ffc96c738673a580854deba4a41c69bf",
    "empty": "1420cc8e2d6c0443e9f2cdb19ddb27590d4d663a2e6a0aa3cb50690daeb4c38d",
}
KINDS = {
    "all": {"lost": True, "due": True},
    "hours": {"due": True},
    "no starts": {"starts": False, "ready": False},
    "unfinished": {"finished": False, "lost": True},
    "empty": {"cases": 1},
}


def told(build, kind):
    """Measure, party and the bits of each value."""
    legend = build.legend(clients=5, activities=70, teams=3, people=7)
    steps = build.log(11, legend=legend, **({"cases": 700, "weeks": 9} | KINDS[kind]))
    rows = build.rows(steps)
    ledgers = Ledgers(legend, WINDOW, DUTIES if kind in ("all", "hours") else None, detail=True)
    for begin in range(0, len(rows.case), 613):
        ledgers.add(type(rows)._make(column[begin : begin + 613] for column in rows))
        middle = ledgers.result(PARTIES)
    assert str(middle) == str(ledgers.result(PARTIES))
    return [
        (name, party, float(value).hex()) for name, values in sorted(middle.items()) for party, value in values.items()
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_what_ledgers_tell_is_what_was_recorded(build, kind):
    assert sha256(repr(told(build, kind)).encode()).hexdigest() == RECORDED[kind]
