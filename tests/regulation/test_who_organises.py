"""Who organises: shares by author add up, and the rhythm tells steady work from bursts."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation import Edit, Organisation, Person, RuleChange, amended
from irrupt.regulation import Act, History, acts
from irrupt.regulation.acts import Signature, VolumeBand
from irrupt.regulation.organising import AUTHOR_COLUMNS, authors, lives, rhythm
from irrupt.regulation.verbs import verbs

NOW = datetime(2024, 1, 29, tzinfo=UTC)


def bare(day: float, author: str = "A") -> RuleChange:
    return RuleChange(time=NOW + timedelta(days=day), author=author, rule="a rule", edits=())


def test_each_author_is_told_with_how_his_rules_came_about(desk: Organisation) -> None:
    several: list[Act] = [
        acts.Priority(client="Hospital A", team="Network"),
        acts.Bypass(client="Hospital A", skips="Triage", signed=Signature(force="negotiated")),
        acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.5),
        acts.Shortcut(team="Network", activity="Resolve", times=0.9),
        acts.Transmission(practice="How servers are revived", holder="Servers"),
        acts.OrganisingTime(team="Network", shifts="Fri 13-15", lasts=4),
    ]
    rules, changes = desk, []
    for act in several:
        made = act.changes(rules, NOW)
        rules = amended(rules, made)
        changes += made
    table = authors(changes, desk.teams)
    assert dict(table.schema) == AUTHOR_COLUMNS
    rows = {row["author"]: row for row in table.to_dicts()}
    assert list(rows) == ["Hospital A", "Management", "First line", "Network"]
    assert (rows["Hospital A"]["control"], rows["Hospital A"]["joint"], rows["Hospital A"]["share"]) == (1, 1, 2 / 6)
    assert (rows["First line"]["relayed"], rows["First line"]["autonomous"]) == (1, 1)
    assert (rows["Network"]["unwritten"], rows["Network"]["autonomous"]) == (1, 1)
    members = len(list(desk.members("Network")))
    assert (rows["Management"]["shown"], rows["Management"]["hours"]) == (1, 2 * 4 * members)
    assert rows["Management"]["verbs"] == ["manage", "organise"]
    assert table["share"].sum() == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from("AB")), max_size=20))
def test_all_changes_are_counted_once(made: list[tuple[int, str]]) -> None:
    table = authors([bare(day, author) for day, author in made])
    assert table["changes"].sum() == len(made)
    assert (table["control"] + table["autonomous"] + table["joint"]).sum() == len(made)


def test_a_change_with_several_authors_counts_for_each() -> None:
    """Two changes, one of them agreed by two parties in three hours each."""
    both = replace(bare(0), agreed_by=("B", "Team"), force="negotiated", organising_hours=3.0)
    rows = {row["author"]: row for row in authors([both, bare(1)], {"Team"}).to_dicts()}
    assert {name: (row["changes"], row["share"], row["joint"], row["hours"]) for name, row in rows.items()} == {
        "A": (2, 1.0, 1, 3.0),
        "B": (1, 0.5, 1, 3.0),
        "Team": (1, 0.5, 1, 3.0),
    }


def test_a_rule_that_is_learned_is_one_rule_and_goes_on(desk: Organisation) -> None:
    """Each step of the learning curve counted as a rule that ended the one before, and stood in its place."""
    found = {}
    signed = Signature(author="Hospital A", agreed_by=("Network",), force="negotiated")
    for learning in (None, 6.0):
        act = acts.Certification(activity="Resolve", added="10 min", learning=learning, signed=signed)
        rules, changes = desk, [*act.changes(desk, NOW)]
        rules = amended(rules, changes)
        for weeks, step in act.later(desk):
            made = step.changes(rules, NOW + timedelta(weeks=weeks))
            rules, changes = amended(rules, made), [*changes, *made]
        told, end = History(founding=desk, changes=tuple(changes)), NOW + timedelta(weeks=12)
        assert told.at(end) == rules
        found[learning] = (len(changes), told.lives(end).rows(), told.rules(end).rows(), told.in_force(end).rows())
    assert found[6.0][0] == 4
    at_first = repr(found[6.0][1:]).replace("takes 20 min at first, 10 min once it is learned", "takes 10 min")
    assert at_first == repr(found[None][1:])
    assert found[None][1][2] == ("joint", 1.0, 1, 0, None)


def test_steady_work_is_told_from_bursts_of_redesign() -> None:
    steady = rhythm([bare(7 * week) for week in range(14)])
    assert (steady.changes, steady.per_quarter, steady.burstiness) == (14, pytest.approx(13.0), pytest.approx(-1.0))
    bursts = rhythm([bare(100 * burst + hour / 24) for burst in range(4) for hour in range(6)])
    assert bursts.burstiness > 0.3
    assert math.isnan(rhythm([bare(1), bare(1)]).per_quarter)
    assert math.isnan(rhythm([bare(1), bare(2)]).burstiness)


def test_the_silence_after_the_last_change_counts() -> None:
    """Three changes on three days in a row and none in the year that follows were 91 a quarter."""
    changes = [bare(0), bare(1), bare(2)]
    year = rhythm(changes, until=NOW + timedelta(weeks=52))
    assert (year.changes, year.per_quarter, year.burstiness) == (3, pytest.approx(0.75), pytest.approx(-1.0))
    asked = rhythm(changes, NOW - timedelta(weeks=26), NOW + timedelta(weeks=26))
    assert asked.per_quarter == year.per_quarter
    together = rhythm([*changes, bare(2), bare(2)], until=NOW + timedelta(weeks=52))
    assert (together.changes, together.per_quarter) == (5, pytest.approx(1.25)), "each counts, also of one moment"
    assert together.burstiness == year.burstiness


@given(st.lists(st.integers(0, 500), min_size=3, unique=True), st.floats(0.1, 10))
def test_burstiness_does_not_depend_on_the_unit_of_time(days: list[int], unit: float) -> None:
    one, other = rhythm([bare(day) for day in days]), rhythm([bare(day * unit) for day in days])
    assert -1 <= one.burstiness <= 1
    assert one.burstiness == pytest.approx(other.burstiness, abs=1e-3)


def set_by(day: float, key: str, author: str = "A", *, ends: bool = False) -> RuleChange:
    edit = Edit(part="rulebook", key=key, before=None, after=None if ends else {"text": str(day)})
    return replace(bare(day, author), edits=(edit,))


def test_half_lives_by_hand() -> None:
    """Of four rules set from outside two end, after 10 and 20 days, one goes on and one is only five days old: after 10
    days 2/3 are left, after 20 days 1/3."""
    outside = [set_by(0, "a"), set_by(0, "b"), set_by(0, "c"), set_by(25, "d")]
    changes = [*outside, set_by(10, "a", ends=True), set_by(20, "b", ends=True)]
    rows = {row["regulation"]: row for row in lives(changes, NOW + timedelta(days=30)).to_dicts()}
    assert rows["control"] == {"regulation": "control", "share": 1.0, "rules": 4, "ended": 2, "half_life": 20.0}
    assert (rows["joint"]["rules"], rows["joint"]["half_life"]) == (0, None)


def test_a_rule_lasts_as_long_as_something_of_it_holds(desk: Organisation) -> None:
    """Hospital A still passes first at Network where Hospital B does, too: its rule was said to have ended with that of
    B. It ends where its rank is set anew."""
    acted = [
        (0, acts.Priority(client="Hospital A", team="Network")),
        (10, acts.Priority(client="Hospital B", team="Network")),
        (20, acts.Priority(client="Hospital A", team="Network", rank=0, signed=Signature(author="Network"))),
        (25, acts.Bypass(client="Hospital A", skips="Triage")),
    ]
    rules, changes = desk, list[RuleChange]()
    for day, act in acted:
        made = act.changes(rules, NOW + timedelta(days=day))
        rules, changes = amended(rules, made), [*changes, *made]
    told, end = History(founding=desk, changes=tuple(changes)), NOW + timedelta(days=30)
    rows = {row["regulation"]: row for row in told.lives(end).to_dicts()}
    assert (rows["control"]["rules"], rows["control"]["ended"], rows["control"]["half_life"]) == (3, 1, 20.0)
    assert told.in_force(NOW + timedelta(days=15))["author"].to_list() == ["Hospital A", "Hospital B"]
    assert told.in_force(end).select("key", "author").rows() == [
        ("Hospital A", "Hospital A"),
        ("Network", "Hospital B"),
        ("Network", "Network"),
    ]
    valid = told.rules(end).select("author", "valid_to").rows()
    assert valid[0] == ("Hospital A", NOW + timedelta(days=20))
    assert [ended for _author, ended in valid[1:]] == [None] * 3


def test_a_rule_of_which_some_is_set_anew_says_by_what(desk: Organisation) -> None:
    """A relay that is restrained sets anew for how many cases, and not that these pass first: both stand, and the first
    said 40 % as if nobody held back."""
    rules, changes = desk, list[RuleChange]()
    for restraint in (0.0, 0.5):
        relay = acts.Relay(client="Hospital A", team="First line", at="Network", discretion=0.4, restraint=restraint)
        made = relay.changes(rules, NOW)
        rules, changes = amended(rules, made), [*changes, *made]
    history = History(founding=desk, changes=tuple(changes))
    first, second = history.rules(NOW).to_dicts()
    assert (first["valid_to"], first["set_anew_by"]) == (None, [second["rule"]])
    assert "in 20" in second["rule"]
    assert (second["valid_to"], second["set_anew_by"]) == (None, [])


def test_hours_that_are_given_back_end_the_rule_that_took_them(desk: Organisation) -> None:
    """And no other: the Saturdays that came in between, in the same calendars, go on. How long was decided with it:
    that the time is over was counted as one more change, which took as many hours, and stood among the rules."""
    signed = Signature(author="Hospital A", organising_hours=5.0)
    spent = acts.OrganisingTime(team="Network", shifts="Fri 13-15", lasts=3, signed=signed)
    ((_weeks, given_back),) = spent.later(desk)
    extra = acts.FlexibilityDemand(team="Network", shifts="Sat 9-12")
    rules, changes = desk, list[RuleChange]()
    for day, act in ((0, spent), (7, extra), (21, given_back)):
        made = act.changes(rules, NOW + timedelta(days=day))
        rules, changes = amended(rules, made), [*changes, *made]
    told = History(founding=desk, changes=tuple(changes))
    valid = told.rules(NOW + timedelta(days=30))
    assert valid["valid_to"].to_list() == [NOW + timedelta(days=21), None]
    assert valid["set_anew_by"].to_list() == [[], []]
    assert told.in_force(NOW + timedelta(days=30))["rule"].unique().to_list() == [changes[1].rule]
    members = len(list(desk.members("Network")))
    assert told.authors().filter(author="Hospital A").select("changes", "hours").row(0) == (1, 5.0 + 2 * 3 * members)
    assert told.hours()["Hospital A"] == 5.0 + 2 * 3 * members


def test_who_sets_anew_ends_what_was_there_and_what_comes_later_is_not_seen() -> None:
    changes = [set_by(0, "a"), set_by(7, "a", "Team"), set_by(99, "a")]
    rows = {row["regulation"]: row for row in lives(changes, NOW + timedelta(days=30), {"Team"}).to_dicts()}
    assert (rows["control"]["rules"], rows["control"]["ended"], rows["control"]["half_life"]) == (1, 1, 7.0)
    assert (rows["autonomous"]["rules"], rows["autonomous"]["half_life"]) == (1, None)
    assert lives(changes, NOW - timedelta(days=1))["rules"].sum() == 0


def test_what_he_agreed_to_who_usually_sets_it_is_the_clients_with_him() -> None:
    """A band under a client, which Management agreed to, was Management's alone."""
    said = Signature(force="negotiated", agreed_by=("Management",), organising_hours=5.0)
    band = VolumeBand(client="Car maker", down=0.1, up=0.1, signed=said)
    assert (band.signed.author, band.signed.agreed_by) == ("Car maker", ("Management",))
    assert band.claim.author == "Car maker"
    assert VolumeBand(client="Car maker", down=0.1, up=0.1).signed.author == "Management"
    own = VolumeBand(client="Car maker", down=0.1, up=0.1, signed=replace(said, author="Management"))
    assert (own.signed.author, own.signed.agreed_by) == ("Management", ())


def test_who_has_somebody_come_or_go_manages() -> None:
    ann = Person(teams=("Desk",), calendar="office")
    for before, after in ((None, ann), (ann, None)):
        edit = Edit(part="people", key="Ann", before=before, after=after)
        change = RuleChange(time=datetime(2024, 1, 1, tzinfo=UTC), author="A", rule="staff", edits=(edit,))
        assert verbs(change) == ("manage",)
