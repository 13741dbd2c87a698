"""People, their teams and hours, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from irrupt.engine.columns import ints, ragged, small, words
from irrupt.engine.streams import key_of
from irrupt.organisation.model import Choice, Organisation

LONG = 16
"""A team with more members than this keeps a line of those who are idle."""
CHOICES = get_args(Choice)
"""In the order of their codes in `layout`."""


def workforce(
    organisation: Organisation, teams: Sequence[str], names: Sequence[str], calendars: Sequence[str]
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about people, their teams and hours."""
    people = [organisation.people[name] for name in names]
    teams_of = [sorted({teams.index(team) for team in person.teams}) for person in people]
    members: list[list[int]] = [[] for _ in teams]
    for number, of in enumerate(teams_of):
        for team in of:
            members[team].append(number)
    choices = [organisation.teams[team].choice for team in teams]
    member_begin, member_at = ragged(members)
    team_begin, team_at = ragged(teams_of)
    hours = [sorted(organisation.calendars[name].hours) for name in calendars]
    begin, minutes = ragged([[minute for pair in pairs for minute in pair] for pairs in hours])
    calendar = np.array([calendars.index(person.calendar) for person in people], dtype=np.int64)
    seconds = minutes.astype(np.float64) * 60.0
    return {
        "member_begin": member_begin,
        "member_at": member_at,
        "team_begin": team_begin,
        "team_at": team_at,
        "team_who": np.repeat(np.arange(len(people), dtype=np.int32), np.diff(team_begin)),
        "team_choice": small([CHOICES.index(choice) for choice in choices]),
        "team_long": small(
            [
                len(of) > LONG and choice == CHOICES[0] and all(people[p].at_once == 1 for p in of)
                for of, choice in zip(members, choices, strict=True)
            ]
        ),
        "person_key": words([key_of("person", name) for name in names]),
        "speed": np.array([person.speed for person in people], dtype=np.float64),
        "at_once": ints([person.at_once for person in people]),
        "calendar_begin": begin // 2,
        "hours_begin": (begin[:-1] // 2)[calendar],
        "hours_end": (begin[1:] // 2)[calendar],
        "hours_from": np.ascontiguousarray(seconds[0::2]),
        "hours_until": np.ascontiguousarray(seconds[1::2]),
    }
