"""What acts that wait are called: as files have it, whatever the language, and in the user's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from irrupt import i18n
from irrupt.i18n import gettext as _
from irrupt.organisation import Distribution
from irrupt.regulation import ImposedCheck, Priority, Signature, When, load_scenario
from irrupt.regulation.plain import act_to_dict
from irrupt.regulation.registry import act_from_dict
from irrupt.regulation.when import IfRefused, about_whom, amends, title, title_among

ACT = Priority(client="A", team="Network")
LATE = (
    "on time < 95.5 % for A over 4 weeks and cycle time > 0.5 h over 1 week or throughput > 3 cases a week over 2 weeks"
)
WAITS = When(act=ACT, condition=LATE, lag=2.0, again=3, pause=1.0)


@pytest.mark.parametrize("act", [ACT, WAITS, IfRefused(act=ACT, of="bypass")])
def test_what_keys_of_stores_hold_does_not_depend_on_the_language(act: object) -> None:
    english = title(act)  # type: ignore[arg-type]
    i18n.use("fr")
    try:
        assert title(act) == english  # type: ignore[arg-type]
        assert title(act, _) != english  # type: ignore[arg-type]
    finally:
        i18n.use(None)


def test_what_waits_is_told_in_french() -> None:
    i18n.use("fr")
    try:
        told = title(WAITS, _)
        refused = title(IfRefused(act=ACT, of="bypass"), _)
    finally:
        i18n.use(None)
    assert told == (
        "priorité\u202f: A quand à temps < 95,5 % pour A sur 4 semaines et durée du dossier > 30 min sur 1 semaine"
        " ou débit > 3 dossiers par semaine sur 2 semaines, délai 2 semaines, encore 3 fois, pause 1 semaine"
    )
    assert refused == "priorité\u202f: A si refus\u202f: contournement"


def test_in_english_it_is_told_as_files_say_it() -> None:
    assert title(WAITS, _) == title(WAITS)
    assert act_from_dict(act_to_dict(WAITS)) == WAITS


def test_titles_tell_times_as_people_write_them() -> None:
    times: list[Any] = ["5 min", Distribution.lognormal(300.0, 1.2)]
    checks = [ImposedCheck(client="A", after="X", duration=time) for time in times]
    assert [title_among(one, checks) for one in checks] == [
        "imposed check: A (duration 5 min)",
        "imposed check: A (duration lognormal mean 5 min, cv 1.2)",
    ]


def test_an_answer_to_another_client_amends_nothing() -> None:
    one = Priority(client="Plant 1", team="T", signed=Signature(answers="priority: Plant 10"))
    assert not amends(one)
    assert amends(Priority(client="Plant 1", team="T", signed=Signature(answers="priority: Plant 1")))


@pytest.mark.parametrize(
    ("written", "about"),
    [
        ("{A: [{certification: {activity: Repair, added: 1 min}, claim: {rigidity: rework, to: fall}}]}", "A"),
        ("{Boss: [{staff leave: {person: P, team: T}, claim: {rigidity: rework, to: fall, author: A}}]}", "A"),
        ("{Boss: [{staff leave: {person: P, team: T}, claim: {rigidity: rework, to: fall}}]}", "all clients"),
        ("{A: [{certification: {activity: Repair, added: 1 min}}]}", "all clients"),
        ("{A: [{certification: {activity: R, added: 1 min}, claim: {rigidity: rework, to: fall, party: B}}]}", "B"),
        ("{B: [{bypass: {skips: R}, claim: {rigidity: rework, to: fall, author: A}}]}", "B"),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_a_claim_of_a_client_is_about_him_where_its_act_is_about_nobody(
    tmp_path: Path, written: str, about: str, waits: bool
) -> None:
    """It fell on all clients, though its author was one."""
    path = tmp_path / "scenario.yaml"
    path.write_text(f"compare: [{written}]")
    ((_name, (act,)),) = load_scenario(path).comparisons
    told = about_whom(When(act=act, lag=2.0) if waits else act, ["A", "B"])
    assert told.claim.party == about
    assert about_whom(told, []) == told
