"""Rulebooks as files: what is written reads back, and all that is wrong is told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.agreement import Evidence, Rule, Rulebook, dump_rulebook, load_rulebook, rulebook_schema
from irrupt.agreement.bounds import (
    Always,
    Apart,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    OnlyIn,
    Order,
    OtherHands,
    SameHands,
    Within,
)
from irrupt.agreement.files import plain_changes, rulebook_from, rulebook_text
from irrupt.errors import ModelError
from irrupt.organisation import Claim, Edit, RuleChange
from irrupt.organisation.dated import spans_in
from irrupt.organisation.hours import hours_in
from irrupt.organisation.records import change_from_dict, change_to_dict
from irrupt.organisation.staff import Calendar
from irrupt.regulation import rules_table
from irrupt.regulation.organising import authors

NAMES = st.sampled_from(["Resolve", "No", "Ask: again", "12:30", "Über prüfen", "yes", "a, b"])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
COMMON = {
    "client": st.none() | NAMES,
    "share": st.sampled_from([1.0, 0.95, 1 / 3]),
    "each": st.sampled_from(["day", "week", "month"]),
    "where": st.sampled_from([(), (("priority", ("P1",)),), (("class", ("a", "b, c")), ("at", ("1", "true")))]),
}
OFFICE = Calendar(hours=hours_in("office hours"))
WITH_HOLIDAYS = Calendar(
    hours=OFFICE.hours,
    closed=spans_in(["2024-12-24 - 2024-12-26", "2025-01-01"]),
    extra=spans_in("2024-12-28 09:00-12:00"),
)
BOUNDS: st.SearchStrategy[Bound] = st.one_of(
    st.builds(
        Within,
        limit=st.floats(1, 1e7),
        begin=st.lists(NAMES, max_size=2, unique=True).map(tuple),
        to=st.lists(NAMES, max_size=2, unique=True).map(tuple),
        hours=st.sampled_from([None, OFFICE, WITH_HOLIDAYS]),
        **COMMON,
    ).filter(lambda one: not one.to or not {*one.to} <= {*one.begin}),
    st.builds(Apart, limit=st.floats(1, 1e7), to=st.just(("No",)), hours=st.sampled_from([None, OFFICE]), **COMMON),
    st.builds(
        Never,
        activity=NAMES,
        team=st.none() | NAMES,
        after=st.none() | NAMES,
        unless_alone=st.booleans(),
        **COMMON,
    ),
    st.builds(Never, activity=st.none(), team=NAMES, unless_alone=st.booleans(), **COMMON),
    st.builds(Always, activity=NAMES, after=st.none() | NAMES, team=st.none() | NAMES, **COMMON),
    st.builds(AtMost, activity=NAMES, times=st.integers(0, 9), **COMMON),
    st.builds(OnlyAfter, activity=NAMES, first=NAMES, **COMMON),
    st.builds(Order, activities=st.lists(NAMES, min_size=2, max_size=4, unique=True).map(tuple), **COMMON),
    st.builds(OnlyBy, activity=NAMES, by=st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple), **COMMON),
    st.builds(OtherHands, activity=NAMES, first=NAMES, **COMMON),
    st.builds(SameHands, activity=NAMES, others=st.lists(NAMES, min_size=1, max_size=2).map(tuple), **COMMON),
    st.builds(OnlyIn, hours=st.sampled_from([OFFICE, WITH_HOLIDAYS]), activity=NAMES, **COMMON),
    st.builds(OnlyIn, hours=st.just(OFFICE), team=NAMES, **COMMON),
    st.builds(First, team=NAMES, **COMMON | {"client": NAMES}),
    st.builds(
        Measured,
        measure=st.sampled_from(["waiting for us", "arrivals"]),
        party=NAMES,
        at_most=st.floats(0, 1e3),
        at_least=st.none() | st.floats(0, 1e3),
        **COMMON | {"client": st.none()},
    ),
    st.builds(
        Measured,
        measure=st.just("rework"),
        party=NAMES,
        at_most=st.floats(0, 1),
        at_least=st.none() | st.floats(0, 1),
        **COMMON | {"client": st.none()},
    ),
    *(
        st.builds(
            Measured,
            measure=st.sampled_from(["arrivals", "throughput", "steps done"]),
            party=NAMES,
            at_most=st.floats(0, 1e3),
            per=st.just(per),
            **COMMON | {"client": st.none(), "each": st.just(per), "where": st.just(())},
        )
        for per in ("day", "month")
    ),
)
VALUES = st.none() | st.floats(-1e6, 1e6)
EVIDENCE = st.builds(
    Evidence,
    source=NAMES,
    measure=NAMES,
    of=NAMES,
    unit=st.sampled_from(["", "h"]),
    **dict.fromkeys(("without", "with_", "low", "high"), VALUES),
    claimed=st.sampled_from([None, "fall", "rise"]),
    verdict=st.sampled_from([None, "rises", "smaller than matters"]),
    **dict.fromkeys(("date", "first", "last"), st.none() | MOMENTS),
)
RULES = st.builds(
    Rule,
    text=st.just("") | NAMES,
    binds=st.none() | BOUNDS,
    author=st.just("") | NAMES,
    agreed_by=st.lists(NAMES, max_size=2, unique=True).map(tuple),
    force=st.sampled_from(["imposed", "negotiated", "carried up"]),
    written=st.booleans(),
    visible_to=st.lists(NAMES, max_size=2).map(tuple),
    since=st.none() | MOMENTS,
    evidence=st.lists(EVIDENCE, max_size=2).map(tuple),
).map(
    lambda rule: replace(
        rule,
        agreed_by=others(rule.author, rule.agreed_by, rule.force),
        text=rule.text or ("" if rule.binds else "It stands in words alone."),
    )
)


def others(author: str, agreed_by: tuple[str, ...], force: str) -> tuple[str, ...]:
    """Who agreed beside the author; nobody where it is imposed."""
    return () if force == "imposed" else tuple(one for one in agreed_by if one != author)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """Rules, and a history in which each change finds what the one before it left."""
    founding = draw(st.dictionaries(NAMES, RULES, max_size=3))
    rules, changes = dict(founding), []
    for time in sorted(draw(st.lists(MOMENTS, max_size=4, unique=True))):
        key = draw(NAMES)
        before = rules.get(key)
        after = draw(RULES) if before is None else draw(st.none() | RULES)
        rules = {name: rule for name, rule in rules.items() if name != key} | ({} if after is None else {key: after})
        author, force = draw(NAMES), draw(st.sampled_from(["imposed", "negotiated"]))
        agreed = tuple(draw(st.lists(NAMES, max_size=2, unique=True)))
        claim = Claim(author="A", aim="rigidity", measure="rework", party="A", expects="fall", text=draw(NAMES))
        changes.append(
            RuleChange(
                time=time,
                author=author,
                agreed_by=others(author, agreed, force),
                rule=(after or before).text or key,  # type: ignore[union-attr]
                edits=(Edit(part="rulebook", key=key, before=before, after=after),),
                claim=draw(st.none() | st.just(claim)),
                channel=draw(st.sampled_from(["instrument", "relay", "schedule"])),
                force=force,
                reason=draw(st.just("") | NAMES),
                answers=draw(st.just("") | NAMES),
                authority="agreed",
                organising_hours=draw(st.floats(0, 1e4)),
                written=after.written if after else True,
                visible_to=after.visible_to if after else (),
            )
        )
    return Rulebook(name=draw(NAMES), timezone="Europe/Paris", founding=founding, changes=tuple(changes))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks())
def test_a_written_rulebook_reads_back_exactly(rulebook: Rulebook) -> None:
    assert rulebook_from(rulebook_text(rulebook)) == rulebook
    for change in plain_changes(rulebook):
        assert change_from_dict(change_to_dict(change)) == change
    assert rules_table(plain_changes(rulebook)).height == len(rulebook.changes)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks(), MOMENTS)
def test_versions_are_the_rules_in_force_at_every_moment(rulebook: Rulebook, moment: datetime) -> None:
    told = {name: rule for name, rule, begin, end in rulebook.versions() if begin <= moment < end}
    assert told == rulebook.at(moment)


def test_dates_are_on_the_clock_of_the_rulebook() -> None:
    book = rulebook_from("{rulebook: A, timezone: Europe/Paris, rules: {R: {text: t, since: 2024-07-01}}}")
    assert book.founding["R"].since == datetime(2024, 6, 30, 22, tzinfo=UTC)


def test_changes_stand_in_any_order_and_are_made_by_time() -> None:
    book = rulebook_from(
        "{rulebook: A, rules: {}, changes: ["
        "{time: 2024-03-01, author: B, rule: R, ends: yes},"
        "{time: 2024-01-01, author: A, rule: R, becomes: {text: one, written: no}},"
        "{time: 2024-02-01, author: B, rule: R, becomes: {text: two}}]}"
    )
    assert [change.author for change in book.changes] == ["A", "B", "B"]
    middle = book.at(datetime(2024, 2, 2, tzinfo=UTC))
    assert (middle["R"].text, middle["R"].written, middle["R"].author) == ("two", False, "A")
    assert book.at(datetime(2024, 3, 1, tzinfo=UTC)) == book.at(datetime(2023, 1, 1, tzinfo=UTC)) == {}


WRONG = """\
rulebook: A
timezone: Europe/Pariss
rules:
  One: {text: t, binds: {within: 2}}
  Two: {text: t, binds: {wihtin: 2 days}}
  Three: {text: t, bindings: {}}
"""
ODD = """\
rulebook: A
rules:
  One: {author: A}
  Two: {text: t, binds: {never: X, always: Y}}
  Three: {text: t, binds: {measure: cycle tme, at most: 3 h}}
  Four: {text: t, binds: {measure: cycle time, at most: 30 %}}
  Five: {text: t, binds: {first at: Network}}
  Six: {text: t, since: 2024-02-01, until: 2024-01-01}
  Seven: {text: t, binds: {never: X, from: Y}}
  Eight: {text: t, binds: {measure: cycle time}}
changes:
  - {time: 2024-01-01, author: A, rule: Sevn, ends: yes}
  - {time: 2024-01-01, author: A, rule: Two}
  - {time: 2024-01-01, author: A, rule: Two, becomes: {text: t}, claim: {rigidity: cycle time, to: fal}}
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WRONG, ["2:11", "4:34", 'did you mean "within"?', 'did you mean "binds"?', "4 problems"]),
        (
            ODD,
            [
                'nothing says what the rule "One" asks; say it: text: "…" or binds: {…} in the file, --text or --binds',
                "4:25",
                'did you mean "cycle time"?',
                "a number of h",
                'the key "client" is missing',
                "it ends before it begins",
                '"from" does not go with "never"',
                '"at most" or "at least"',
                'did you mean "Seven"?',
                "it does not say what changes",
                "fall or rise",
            ],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, text: str, says: list[str]) -> None:
    file = tmp_path / "book.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_rulebook(file)
    for one in says:
        assert one in str(caught.value)


def test_rules_that_are_written_right_are_looked_at_beside_those_that_are_not() -> None:
    """What a rule of a right form gets wrong was told only when all forms were right."""
    text = """
    rulebook: R
    rules:
      A: {binds: {within: 5 dayz}}
      B: {binds: {nevr: X}}
      C: {binds: {measure: cycle tme, of: Esc, at most: 6 days}}
      E: {binds: {within: 2 days, client: Nobody}}
      F: {}
    """
    with pytest.raises(ModelError) as caught:
        rulebook_from(text)
    places = [fault.where for fault in caught.value.faults]
    assert places == ["rulebook:4:27", "rulebook:5:19", "rulebook:6:18", "rulebook:8:10"]
    with pytest.raises(ModelError) as caught:
        rulebook_from("routes: {}\nrules: {F: {}}")
    assert len(caught.value.faults) == 1, "it is an organisation"


def test_a_rulebook_is_written_whole(tmp_path: Path) -> None:
    book = Rulebook(name="A", founding={"R": Rule(text="t", until=datetime(2024, 1, 1, tzinfo=UTC))})
    dump_rulebook(book, tmp_path / "a.yaml")
    assert load_rulebook(tmp_path / "a.yaml") == book
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


def test_the_schema_names_every_key() -> None:
    keys: dict[str, Any] = rulebook_schema()["$defs"]["BindsEntry"]["properties"]
    assert {"within", "from", "first at", "in", "at most"} <= set(keys)


def test_a_rule_of_the_future_does_not_hold_yet() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    rule = Rule(text="t", since=now, until=now + timedelta(days=1))
    assert [rule.holds(now + timedelta(days=days)) for days in (-1, 0, 1)] == [False, True, False]


def test_a_rulebook_says_what_differs_who_changed_it_and_who_sees_it() -> None:
    """A secret that is shown to all, a rule that ends, and one that is founded later."""
    secret = Rule(text="We warm up first.", author="Shop", visible_to=("Shop",))
    open_to_all = Rule(text="We warm up first.", author="Shop")
    old, new = Rule(text="Old."), Rule(text="New.")
    begin = datetime(2024, 1, 1, tzinfo=UTC)

    def change(day: int, author: str, key: str, before: Rule | None, after: Rule | None) -> RuleChange:
        edit = Edit(part="rulebook", key=key, before=before, after=after)
        return RuleChange(time=begin + timedelta(days=day), author=author, rule=key, edits=(edit,))

    changes = (
        change(1, "Shop", "warm up", secret, open_to_all),
        change(2, "Client", "old", old, None),
        change(3, "Client", "new", None, new),
    )
    book = Rulebook(name="b", founding={"warm up": secret, "old": old}, changes=changes)
    end = begin + timedelta(days=9)
    assert book.between(begin, end) == {"new": (None, new), "old": (old, None), "warm up": (secret, open_to_all)}
    assert book.between(end, end) == {}
    assert book.where(author="Client", rule="old") == (changes[1],)
    assert book.where(since=begin + timedelta(days=2)) == (changes[2],)
    outside = book.seen_by("Client")
    assert outside.at(begin) == {"old": old}
    assert outside.at(end) == {"new": new, "warm up": open_to_all}
    assert book.seen_by("Shop").at(begin) == book.at(begin)


def test_a_rule_that_is_hidden_from_now_on_holds_no_more_for_those_who_saw_it() -> None:
    """It went on in their view, in words that nobody goes by, until it was shown again."""
    book = rulebook_from("""
        rulebook: Desk
        rules:
          R: {text: Open to all., author: Desk}
        changes:
          - {time: 2024-02-01, author: Desk, rule: R, becomes: {text: Kept, visible to: [Desk]}, reason: We keep it.}
          - {time: 2024-04-01, author: Desk, rule: R, becomes: {text: Open again., visible to: []}}
    """)
    view = book.seen_by("Client")
    texts = [[rule.text for rule in view.at(datetime(2024, month, 15)).values()] for month in (1, 2, 5)]
    assert texts == [["Open to all."], [], ["Open again."]]
    assert (view.changes[0].rule, view.changes[0].reason, view.changes[0].edits[0].after) == ("Open to all.", "", None)
    assert book.seen_by("Desk") == book


SIGNED = """\
rulebook: Desk
rules:
  Once: {text: No second visit., author: Hospital A, agreed by: [Desk], visible to: [Management]}
changes:
  - time: 2024-02-01
    author: Desk
    agreed by: [Hospital A, Network, Desk]
    organising hours: 3
    rule: Twice
    becomes: {text: T}
"""


def test_all_who_agreed_are_authors() -> None:
    """A rule that a change founds is theirs too; each of them is asked for, sees it, and spent the hours."""
    book = rulebook_from(SIGNED)
    (change,) = book.changes
    assert change.authors == ("Desk", "Hospital A", "Network")
    assert book.latest()["Twice"].agreed_by == ("Hospital A", "Network")
    assert all(book.where(author=party) == (change,) for party in change.authors)
    assert book.where(author="Management") == ()
    assert [set(book.seen_by(party).founding) for party in ("Desk", "Hospital A", "Management", "Network")] == [
        *[{"Once"}] * 3,
        set(),
    ]
    assert authors(book.changes)["hours"].to_list() == [3.0, 3.0, 3.0]
    assert rulebook_from(rulebook_text(book)) == book


@pytest.mark.parametrize(
    "text",
    [
        "{rulebook: b, rules: {R: {text: t, force: imposed, agreed by: [A]}}}",
        "{rulebook: b, changes: [{time: 2024-01-01, author: A, rule: R, force: imposed, agreed by: [B], "
        "becomes: {text: t, agreed by: []}}]}",
    ],
)
def test_what_is_imposed_is_not_agreed(text: str) -> None:
    with pytest.raises(ModelError, match=r"what is imposed is not agreed; force: negotiated") as caught:
        rulebook_from(text)
    assert len(caught.value.faults) == 1


def test_who_agreed_is_named_once_in_a_rule_as_in_a_change(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        "rulebook: R\nrules:\n  A: {text: T, author: Desk, agreed by: [Shops, Shops, Desk]}\n"
    )
    assert load_rulebook(tmp_path / "book.yaml").founding["A"].agreed_by == ("Shops",)


def test_a_rule_needs_no_text_where_it_binds_something_and_none_is_put_into_its_authors_mouth() -> None:
    """Neither in files, nor in changes, which may also take a text back."""
    text = (
        "{rulebook: A, rules: {R: {binds: {always: Closed}}, S: {text: said, binds: {never: Closed}}}, changes: ["
        "{time: 2024-01-01, author: B, rule: R, becomes: {binds: {always: Closed, after: Resolved}}},"
        "{time: 2024-02-01, author: B, rule: S, becomes: {text: ''}}]}"
    )
    book = rulebook_from(text)
    assert [rule.text for rule in (*book.founding.values(), *book.latest().values())] == ["", "said", "", ""]
    assert 'text: ""' in rulebook_text(book)
    assert "text" not in rulebook_text(replace(book, changes=book.changes[:1])).replace("text: said", "")
    assert [change.rule for change in book.changes] == ["R", "S"]
    for wrong in ("{R: {}}", "{R: {text: ''}}", "{R: {text: , author: A}}"):
        with pytest.raises(ModelError, match='nothing says what the rule "R" asks'):
            rulebook_from(f"{{rulebook: A, rules: {wrong}}}")
