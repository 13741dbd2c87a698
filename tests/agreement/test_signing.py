"""Who changes a rulebook signs, and nothing that was written is rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.agreement import Rulebook, agree, confirm, end, load_rulebook, refute, sign
from irrupt.agreement.bounds import AtMost
from irrupt.agreement.files import rulebook_from, rulebook_text
from irrupt.agreement.signing import Signing, begin_rulebook, save_signed
from irrupt.errors import ModelError, UsageError
from irrupt.organisation.rules import Claim
from irrupt.regulation import Signature
from irrupt.reporting.evidenced import change_said

AT = datetime(2024, 5, 1, tzinfo=UTC)
BOOK = """\
# What we agreed on.
rulebook: Desk
rules:
  Habit: {text: All is closed., authority: inferred, written: no}  # found in March
  Once: {text: No second visit., binds: {activity: Reopen, at most: 0}}
"""


@pytest.fixture
def book() -> Rulebook:
    return rulebook_from(BOOK)


def test_who_imposes_a_rule_that_was_agreed_is_its_author() -> None:
    """It was told to be imposed by whoever had agreed to it before; and refused, where several had."""
    agreed = agree(Rulebook(name="Desk"), "Soon", by=["Client A", "Desk"], time=AT, becomes={"text": "In two days."})
    later = AT + timedelta(days=30)
    book = agree(agreed, "Soon", by="Client B", time=later, becomes={"text": "In one day."}, force="imposed")
    rule = book.latest()["Soon"]
    assert (rule.text, rule.author, rule.agreed_by, rule.force) == ("In one day.", "Client B", (), "imposed")
    assert book.changes[-1].authors == ("Client B",)
    assert rulebook_from(rulebook_text(book)) == book
    alone = agree(agreed, "Soon", by="Client B", time=later, becomes={"text": "In one day."}).latest()["Soon"]
    assert (alone.author, alone.agreed_by) == ("Client A", ("Desk",)), "what is not said stays"


def test_what_is_inferred_is_confirmed_or_refuted_by_somebody(book: Rulebook) -> None:
    confirmed, refuted = (does(book, "Habit", by="Client A", time=AT, reason="so it is") for does in (confirm, refute))
    assert confirmed.latest()["Habit"].authority == "confirmed"
    assert "Habit" not in refuted.latest()
    for changed in (confirmed, refuted):
        (change,) = changed.changes
        assert (change.author, change.reason, change.time) == ("Client A", "so it is", AT)
        assert changed.at(AT - timedelta(seconds=1)) == book.at(AT)


@pytest.mark.parametrize("does", [confirm, refute])
def test_what_somebody_agreed_on_is_neither_confirmed_nor_refuted(book: Rulebook, does: type) -> None:
    with pytest.raises(ModelError, match="“Once” is not inferred"):
        does(book, "Once", by="Client A")
    with pytest.raises(ModelError, match='no rule "Habbit"; did you mean "Habit"'):
        does(book, "Habbit", by="Client A")
    again = does(book, "Habit", by="Client A", time=AT)
    with pytest.raises(ModelError):
        does(again, "Habit", by="Client B", time=AT)


def test_whoever_words_an_inferred_rule_agrees_on_it(book: Rulebook) -> None:
    worded = agree(book, "Habit", by="Desk", becomes={"binds": {"always": "Close"}}).latest()["Habit"]
    assert (worded.text, worded.authority) == ("All is closed.", "agreed")


def test_what_is_so_already_is_signed_once_by_each(book: Rulebook) -> None:
    """A change that changed nothing stood in the history, and counted as one."""
    said = {"text": "Only once."}
    once = agree(book, "Again", by="Client A", time=AT, becomes=said)
    both = agree(once, "Again", by="Desk", time=AT, becomes=said)
    assert [change.author for change in both.where(rule="Again")] == ["Client A", "Desk"]
    for author in ("Client A", "Desk"):
        with pytest.raises(ModelError, match="“Again” is so already, and signed"):
            agree(both, "Again", by=author, time=AT, becomes=said)
    with pytest.raises(ModelError, match=r"this rule was changed later, on [0-9]+ [A-Z]"):
        end(both, "Again", by="Desk", time=AT - timedelta(days=1))


def test_when_a_rule_was_changed_is_told_by_the_clock_of_the_rulebook(book: Rulebook) -> None:
    """In Paris, the first of May begins in April by the clock of Greenwich: the date was not that of the history."""
    first = datetime(2024, 5, 1)
    once = agree(replace(book, timezone="Europe/Paris"), "Again", by="Desk", time=first, becomes={"text": "Once."})
    with pytest.raises(ModelError, match=r"this rule was changed later, on 1 May 2024"):
        end(once, "Again", by="Desk", time=first - timedelta(days=1))


def test_who_agrees_later_to_what_stands_is_one_of_its_authors(book: Rulebook) -> None:
    once = agree(book, "Again", by="Client A", time=AT, becomes={"text": "Only once."})
    both = sign(once, "Again", by="Desk", time=AT, reason="so be it")
    rule = both.latest()["Again"]
    assert (rule.author, rule.agreed_by, rule.text) == ("Client A", ("Desk",), "Only once.")
    assert both.changes[-1].author == "Desk"
    assert rulebook_from(rulebook_text(both)) == both
    three = sign(both, "Again", by=["Works council", "Desk"], time=AT).latest()["Again"]
    assert three.agreed_by == ("Desk", "Works council")
    for signed in (both, sign(once, "Again", by="Desk", time=AT)):
        with pytest.raises(ModelError, match="so already, and signed"):
            sign(signed, "Again", by="Desk", time=AT)
    habit = sign(book, "Habit", by="Desk", time=AT)
    assert habit.latest()["Habit"].authority == "agreed", "from then on, breaking it counts"
    assert change_said(habit.changes[-1], "UTC") == "agrees to “Habit” as it stands"
    with pytest.raises(ModelError, match="what is imposed is not agreed"):
        sign(once, "Again", by="Works council", time=AT, force="imposed")
    with pytest.raises(ModelError, match='no rule "Agian"; did you mean "Again"'):
        sign(once, "Agian", by="Desk")


@pytest.mark.parametrize("does", [agree, sign, confirm, refute, end])
def test_how_and_why_is_said_as_in_the_signature_of_an_act(does: Any) -> None:
    """By the same names, of the same types; editors know them."""
    taken, known = get_type_hints(Signing), get_type_hints(Signature)
    assert taken == {name: known[name] for name in taken}
    (signed,) = (one for one in signature(does).parameters.values() if one.kind is one.VAR_KEYWORD)
    assert signed.annotation == "Unpack[Signing]"


def test_a_misspelt_key_and_a_claim_are_understood_in_python(book: Rulebook) -> None:
    claim = Claim(author="Desk", aim="rigidity", measure="rework", party="Client A", expects="fall")
    assert sign(book, "Once", by="Desk", claim=claim, organising_hours=2).changes[0].claim == claim
    with pytest.raises(ModelError, match='did you mean "reason"'):
        sign(book, "Once", by="Desk", reasn="so it is")


def test_a_time_without_a_zone_is_on_the_rulebooks_clock(book: Rulebook) -> None:
    paris = replace(book, timezone="Europe/Paris")
    changed = agree(paris, "New", by="Desk", time=datetime(2024, 5, 1), becomes={"text": "Twice."})
    assert changed.changes[0].time == AT - timedelta(hours=2)
    assert "New" in changed.at(datetime(2024, 5, 1))
    assert "New" not in changed.at(datetime(2024, 4, 30, 23, 59))
    assert set(changed.between(datetime(2024, 4, 30), datetime(2024, 5, 1))) == {"New"}
    assert changed.where(since=datetime(2024, 4, 30, 23)) == changed.changes
    assert changed.where(since=datetime(2024, 5, 1)) == ()


def test_a_rule_is_founded_amended_and_ended(book: Rulebook) -> None:
    steps = [
        agree(book, "New", by="Client A", time=AT, becomes={"text": "Twice."}, force="imposed", organising_hours=2),
        lambda found: agree(found, "New", by="Desk", time=AT, becomes={"binds": {"activity": "Reopen", "at most": 2}}),
        lambda found: end(found, "New", by="Client A", time=AT + timedelta(days=1), reason="done"),
    ]
    found = steps[0]
    rule = found.latest()["New"]
    assert (rule.author, rule.force, found.changes[0].organising_hours) == ("Client A", "imposed", 2.0)
    amended = steps[1](found)
    assert amended.latest()["New"].binds == AtMost(activity="Reopen", times=2)
    assert amended.latest()["New"].author == "Client A"
    ended = steps[2](amended)
    assert set(ended.latest()) == set(book.founding)
    assert rulebook_from(rulebook_text(ended)) == ended


def test_what_python_can_hold_and_no_file_is_told_as_such(book: Rulebook) -> None:
    """Keys that are no texts, and half characters, ended as AttributeError and UnicodeEncodeError."""
    with pytest.raises(ModelError, match='claim: unknown key "1"'):
        sign(book, "Once", by="Desk", claim={1: 2})  # type: ignore[typeddict-item]
    with pytest.raises(ModelError, match="not text in UTF-8"):
        sign(book, "Once", by="Desk", organising_hours="\ud800")  # type: ignore[typeddict-item]


def test_everything_that_is_wrong_with_a_change_is_told_at_once(book: Rulebook) -> None:
    later = agree(book, "Once", by="Desk", time=AT, becomes={"text": "Never again."})
    with pytest.raises(ModelError) as told:
        agree(
            later, "Once", by=" ", time=AT - timedelta(1), becomes={"binds": {"within": "2 dys"}}, organising_hours=-1
        )
    assert {fault.where for fault in told.value.faults} == {"by", "time", "binds", "organising hours"}
    with pytest.raises(ModelError, match='nothing says what the rule "Other" asks'):
        agree(book, "Other", by="Desk", becomes={"written": "no"})
    with pytest.raises(ModelError, match='no rule "Other" that could end'):
        end(book, "Other", by="Desk")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
FORMS = [
    BOOK,
    BOOK.rstrip("\n"),
    BOOK + "changes:\n- {time: 2024-01-02, author: Desk, rule: Once, ends: yes}  # at last\n\n# The end.\n",
    BOOK + "changes:\n    - time: 2024-01-02\n      author: Desk\n      rule: Once\n      ends: yes\n",
    BOOK.replace(
        "rulebook: Desk\n", "changes:\n  - {time: 2024-01-02, author: Desk, rule: Once, ends: yes}\n\n# Rules\n"
    )
    + "rulebook: Desk\n",
    BOOK + "...\n",
    BOOK + "changes:\n  - time: 2024-01-02\n    author: Desk\n    rule: Once\n    ends: yes\n    reason: |\n"
    "      We come too often:\n      #1 is the worst.\n# The end.\n",
    BOOK + "changes: []\n",
    BOOK + "changes: [{time: 2024-01-02, author: Desk, rule: Once, ends: yes}]\n",
    "{rulebook: Desk, rules: {Habit: {text: All is closed., authority: inferred}}}",
]


@given(form=st.sampled_from(FORMS), rule=NAMES, by=NAMES, reason=NAMES)
def test_a_change_is_put_behind_whatever_the_file_looks_like(
    tmp_path_factory: pytest.TempPathFactory, form: str, rule: str, by: str, reason: str
) -> None:
    file = tmp_path_factory.mktemp("books") / "book.yaml"
    file.write_text(form, encoding="utf-8")
    before = load_rulebook(file)
    amended = agree(before, rule, by=by, time=AT, becomes={"text": "A rule."}, reason=reason)
    change = save_signed(amended, file)
    assert load_rulebook(file) == amended
    assert amended.changes == (*before.changes, change)
    assert not list(file.parent.glob(".book*"))


@pytest.mark.parametrize("form", FORMS[:7])
def test_what_stood_in_the_file_stays_remarks_included(tmp_path: Path, form: str) -> None:
    """Also before the mark of the end of a document, and behind words of which a line begins as a remark does."""
    file = tmp_path / "book.yaml"
    file.write_text(form)
    save_signed(confirm(load_rulebook(file), "Habit", by="Desk", time=AT), file)
    lines = file.read_text().splitlines()
    assert [line for line in form.splitlines() if line in lines] == form.splitlines()
    rest = iter(lines)
    assert all(line in rest for line in form.splitlines())


def test_a_list_of_changes_that_is_empty_yet_is_filled_where_it_stands(tmp_path: Path) -> None:
    """The file was written anew, without any of its remarks."""
    file = tmp_path / "book.yaml"
    file.write_text(BOOK.replace("rules:\n", "changes: []  # none yet\n# Rules\nrules:\n", 1))
    amended = confirm(load_rulebook(file), "Habit", by="Desk", time=AT)
    save_signed(amended, file)
    lines = file.read_text().splitlines()
    assert load_rulebook(file) == amended
    assert any(line.split() == ["changes:", "#", "none", "yet"] for line in lines)
    assert "# Rules" in lines


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_lines_end_as_they_did(tmp_path: Path, start: bytes) -> None:
    """Also where an editor of Windows wrote them."""
    file = tmp_path / "book.yaml"
    file.write_bytes(start + BOOK.encode().replace(b"\n", b"\r\n"))
    for name in ("One", "Two"):
        save_signed(agree(load_rulebook(file), name, by="Desk", becomes={"text": "A rule."}), file)
    written = file.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") > BOOK.count("\n")
    assert set(load_rulebook(file).latest()) == {"Habit", "Once", "One", "Two"}


def test_a_book_is_begun_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "our rules.yaml"
    begun = begin_rulebook(file, timezone="Europe/Paris")
    save_signed(agree(begun, "One", by="Desk", becomes={"text": "A rule."}), file)
    book = load_rulebook(file)
    assert (book.name, book.timezone, set(book.latest())) == ("our rules", "Europe/Paris", {"One"})


def test_what_somebody_else_wrote_in_the_meantime_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "book.yaml"
    file.write_text(BOOK)
    mine = agree(load_rulebook(file), "Mine", by="A", time=AT, becomes={"text": "Mine."})
    save_signed(agree(load_rulebook(file), "Yours", by="B", time=AT, becomes={"text": "Yours."}), file)
    with pytest.raises(UsageError, match="changed in the meantime"):
        save_signed(mine, file)
    assert "Yours" in load_rulebook(file).latest()


def test_several_sign_one_change(book: Rulebook) -> None:
    """The first is its author, the others agree; what was written by one party alone is read as before."""
    signed = agree(book, "Twice", by=["Client A", "Desk"], time=AT, becomes={"text": "Two visits at most."})
    (change,) = signed.changes
    assert change.authors == ("Client A", "Desk")
    assert (signed.latest()["Twice"].author, signed.latest()["Twice"].agreed_by) == ("Client A", ("Desk",))
    assert rulebook_from(rulebook_text(signed)) == signed
    both = confirm(book, "Habit", by=["Client A", "Desk"], time=AT)
    assert both.changes[0].authors == ("Client A", "Desk")
    assert agree(book, "Twice", by=["Desk"], time=AT, becomes={"text": "t"}).changes[0].agreed_by == ()
    for nobody in ([], ["Desk", " "]):
        with pytest.raises(ModelError, match="nobody"):
            agree(book, "Twice", by=nobody, time=AT, becomes={"text": "t"})
    with pytest.raises(ModelError, match="what is imposed is not agreed") as caught:
        agree(book, "Twice", by=["Client A", "Desk"], time=AT, becomes={"text": "t"}, force="imposed")
    assert len(caught.value.faults) == 1
