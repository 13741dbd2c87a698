"""Rule changes: what differs becomes edits, edits make the change exactly, and nothing is lost in writing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.errors import InvariantError, ModelError
from irrupt.organisation import Claim, Edit, Organisation, RuleChange, Team, amended, difference
from irrupt.organisation.records import change_from_dict, change_to_dict
from irrupt.organisation.rules import regulation

PARTS = ("clients", "steps", "routes", "client_routes", "skips", "checks", "teams", "people", "calendars")
NOW = datetime(2024, 2, 5, 9, 30, tzinfo=UTC)
moderate = settings(
    max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def change(edits: tuple[Edit, ...], **fields: Any) -> RuleChange:
    return RuleChange(time=NOW, author="Hospital A", rule="a rule", edits=edits, **fields)


def fused(before: Organisation, other: Organisation) -> Organisation:
    """*other* with what no rule change edits taken from *before*."""
    fixed = ("name", "timezone", "origin", "distributions", "learned")
    return replace(other, **{name: getattr(before, name) for name in fixed})


@moderate
@given(data=st.data())
def test_the_difference_makes_the_one_of_the_other(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    before, after = data.draw(organisations), data.draw(organisations)
    after = fused(before, after)
    edits = difference(before, after)
    assert amended(before, [change(edits)]) == after
    back = tuple(Edit(part=e.part, key=e.key, before=e.after, after=e.before) for e in edits)
    assert amended(after, [change(back)]) == before
    assert difference(after, before) == back


@moderate
@given(data=st.data())
def test_nothing_differs_from_itself_in_whatever_order(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    rules = data.draw(organisations)
    turned = replace(rules, **{part: dict(reversed(getattr(rules, part).items())) for part in PARTS})
    assert difference(rules, turned) == ()


@moderate
@given(data=st.data())
def test_a_written_rule_change_reads_back_exactly(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation], hard_names: st.SearchStrategy[str]
) -> None:
    before, after = data.draw(organisations), data.draw(organisations)
    edits = difference(before, fused(before, after))
    claim = st.builds(
        Claim,
        author=hard_names,
        aim=st.sampled_from(["fluctuation", "rigidity"]),
        measure=hard_names,
        party=hard_names,
        expects=st.sampled_from(["fall", "rise"]),
        text=hard_names,
    )
    written = change(
        edits,
        claim=data.draw(st.none() | claim),
        channel=data.draw(st.sampled_from(["instrument", "relay", "schedule"])),
        force=data.draw(st.sampled_from(["imposed", "negotiated", "carried up"])),
        reason=data.draw(hard_names),
        answers=data.draw(hard_names),
        authority=data.draw(st.sampled_from(["simulated", "inferred", "confirmed", "agreed"])),
        written=data.draw(st.booleans()),
        visible_to=tuple(data.draw(st.lists(hard_names, max_size=2))),
        organising_hours=data.draw(st.floats(0, 1e6)),
        agreed_by=tuple(data.draw(st.lists(hard_names, max_size=2))),
    )
    assert change_from_dict(change_to_dict(written)) == written
    assert change_from_dict(json.loads(json.dumps(change_to_dict(written)))) == written


def test_what_an_earlier_irrupt_wrote_has_one_author() -> None:
    data = change_to_dict(change(()))
    del data["agreed_by"]
    assert change_from_dict(data) == change(())


WORKERS = {"Network", "Amira"}


@given(
    author=st.sampled_from(["A", "Management", "Network", "Amira"]),
    agreed_by=st.lists(st.sampled_from(["A", "Management", "Network", "Amira"]), unique=True, min_size=1).map(tuple),
)
def test_a_rule_with_several_authors_is_joint_where_both_sides_are_among_them(
    author: str, agreed_by: tuple[str, ...]
) -> None:
    """By those who do the work alone it is autonomous; over their heads it is control, however it was negotiated."""
    made = replace(change(()), author=author, agreed_by=agreed_by, force="negotiated")
    everybody = {author, *agreed_by}
    expected = "control" if not everybody & WORKERS else "autonomous" if everybody <= WORKERS else "joint"
    assert regulation(made, WORKERS) == expected
    assert regulation(made, ()) == "joint"
    secret = replace(made, visible_to=("Town",))
    assert all(secret.seen_by(party) for party in (*everybody, "Town"))
    assert not secret.seen_by("Somebody else")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"time": "soon"},
        {"edits": [{"part": "people"}]},
        {"edits": [{"part": "weather", "key": "x", "before": None, "after": None}]},
        {"claim": {"author": "A"}},
        {"edits": [{"part": "teams", "key": "x", "before": None, "after": {"priorty": {}}}]},
    ],
)
def test_what_is_no_rule_change_is_refused(wrong: dict[str, Any]) -> None:
    data = change_to_dict(change(())) | wrong if wrong else {}
    with pytest.raises(ModelError):
        change_from_dict(data)


@pytest.mark.parametrize("nothing", [None, 3, "rule", [], True])
def test_what_is_no_mapping_is_no_rule_change(nothing: object) -> None:
    with pytest.raises(ModelError, match="expected a mapping: key: value"):
        change_from_dict(nothing)


def test_all_that_is_wrong_in_a_rule_change_is_told_in_plain_words() -> None:
    """Python's own words stood there: “argument of type 'NoneType' is not iterable”, “'time'”."""
    claim = {"author": "A", "aim": "rigidity", "measure": 5, "party": "A", "said": "x"}
    entry = {"part": "teams", "key": "Network", "before": None, "after": {"priorty": {}}}
    wrong = {
        "time": "soon", "organising_hours": True, "visible_to": "Town", "agreed_by": [3], "claim": claim,
        "edits": [None, {"part": "weather", "key": 3}, entry],
    }  # fmt: skip
    data = change_to_dict(change(())) | wrong
    del data["rule"]
    with pytest.raises(ModelError) as raised:
        change_from_dict(data)
    told = [(fault.where, fault.found) for fault in raised.value.faults]
    assert told[:13] == [
        ("time", '"soon"'),
        ("rule", "is missing"),
        ("organising_hours", '"True"'),
        ("visible_to", '"Town"'),
        ("agreed_by", "a list"),
        ("claim", 'unknown key "said"'),
        ("claim > measure", '"5"'),
        ("claim > expects", "is missing"),
        ("edits > 1", "nothing"),
        ("edits > 2 > part", '"weather"'),
        ("edits > 2 > key", '"3"'),
        ("edits > 2 > before", "is missing"),
        ("edits > 2 > after", "is missing"),
    ]
    assert "priorty" in str(raised.value)
    short = {"part": "routes", "key": "start", "before": None, "after": "Desk"}
    with pytest.raises(ModelError, match='edits > 1 > after  "Desk"; expected all that is set, written out'):
        change_from_dict(data | {"edits": [short]})
    missing = change_to_dict(change(())).keys() - {"agreed_by", "learned"}
    with pytest.raises(ModelError) as raised:
        change_from_dict({})
    assert {fault.where for fault in raised.value.faults} == missing


def test_what_no_rule_change_edits_is_told(desk: Organisation) -> None:
    with pytest.raises(ModelError) as caught:
        difference(desk, replace(desk, name="Other", distributions={}))
    assert [fault.where for fault in caught.value.faults] == ["name", "distributions"]


def test_a_change_that_finds_another_state_is_a_bug_of_ours(desk: Organisation) -> None:
    for before in (None, Team(priority={"Hospital B": 1})):
        edit = Edit(part="teams", key="Network", before=before, after=Team(priority={"Hospital A": 1}))
        with pytest.raises(InvariantError, match="teams 'Network' is not what the change expects"):
            amended(desk, [change((edit,))])


def test_an_edit_of_nothing_into_nothing_changes_nothing(desk: Organisation) -> None:
    assert amended(desk, [change((Edit(part="teams", key="Ghost", before=None, after=None),))]) == desk


def test_changes_are_made_in_order(desk: Organisation) -> None:
    ranks = [Team(), Team(priority={"Hospital A": 1}), Team(priority={"Hospital A": 2})]
    steps = [Edit(part="teams", key="Network", before=a, after=b) for a, b in pairwise(ranks)]
    assert amended(desk, [change((edit,)) for edit in steps]) == amended(desk, [change(tuple(steps))])
    with pytest.raises(InvariantError):
        amended(desk, [change((edit,)) for edit in reversed(steps)])
