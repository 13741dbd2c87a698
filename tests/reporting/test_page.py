"""One page that opens anywhere, whatever the records hold."""

from __future__ import annotations

import base64
import gzip
import io
import json
import math
import re
import shlex
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from irrupt import i18n
from irrupt.chronicle.model import Chronicle
from irrupt.errors import UsageError
from irrupt.experiment.model import Comparison
from irrupt.organisation.model import Organisation
from irrupt.regulation import Priority, Volume
from irrupt.reporting import page, report, show
from irrupt.reporting.brief import brief
from irrupt.reporting.sections.acts import looked_through, scenarios
from irrupt.reporting.sections.claims import answers
from irrupt.reporting.sections.clients import clients_section, short_path
from irrupt.reporting.sections.ledgers import MANY_MEASURES
from irrupt.reporting.sections.log import size
from irrupt.reporting.sections.seen import footprint, loads, overtaking, time_spent
from irrupt.reporting.sections.trust import beside_the_log
from irrupt.reporting.weeks import first_week
from irrupt.reporting.words import PARTS
from irrupt.sight.model import Finding, Footprint, Load, Passing, Sight, TimePart
from irrupt.sight.split import CLOCK_TIME

VOID = {"meta", "br", "hr", "img", "input", "link"}
HOSTILE = "<script>alert('x')</script>\"&{{7*7}}</title></svg>\x00\ud800\u202e" + "long " * 40


class Reader(HTMLParser):
    """Checks that tags are balanced, and gathers addresses, texts and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for key, value in attrs:
            if key in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
                self.addresses.append((tag, key, value or ""))
            if key == "id":
                self.ids.append(value or "")
            if key.startswith("on"):
                self.handlers.append(key)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split(" "))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert html.lstrip().startswith("<!doctype html>")
    return reader


@pytest.fixture
def whole(sight: Sight, organisation: Organisation, comparison: Comparison) -> str:
    return page(sight=sight, organisation=organisation, comparison=comparison)


def test_the_page_is_balanced_and_its_anchors_exist_once(whole: str) -> None:
    reader = read(whole)
    assert len(reader.ids) == len(set(reader.ids))
    targets = {address[1:] for _tag, _key, address in reader.addresses if address.startswith("#")}
    assert targets <= set(reader.ids)
    assert targets >= {"log", "clients", "trust", "acts", "act-1", "act-2", "act-3", "made"}


def test_words_are_not_broken_to_make_columns_narrow(whole: str) -> None:
    """“certificatio n” and “percentile, day s” stood in the first table: a table is rolled sideways instead."""
    (cells,) = re.findall(r"table\.grid th, table\.grid td \{([^}]*)\}", whole)
    assert "anywhere" not in cells
    assert "break-word" in cells


def test_nothing_is_loaded_from_anywhere(whole: str) -> None:
    reader = read(whole)
    outside = [(tag, key, address) for tag, key, address in reader.addresses if not address.startswith("#")]
    assert [one for one in outside if not one[2].startswith("data:")] == [
        ("a", "href", "https://hal.science/hal-00846094")
    ]
    assert "@import" not in whole
    assert "url(" not in whole


def test_no_script_runs(whole: str) -> None:
    reader = read(whole)
    assert reader.handlers == []
    assert "script" not in reader.tags


def test_the_page_carries_its_numbers(whole: str, comparison: Comparison) -> None:
    data = data_of(whole)
    assert list(data) == ["sight", "comparison"]
    effects = data["comparison"]["effects"]
    assert effects["difference"] == pytest.approx(comparison.effects["difference"].to_list(), rel=1e-4)
    parties = [effects["words"]["party"][at] for at in effects["party"]]
    assert parties == comparison.effects["party"].to_list()


def data_of(html: str) -> Any:
    """What the link of the page saves."""
    link = re.search(r'download="irrupt.json.gz" href="data:application/gzip;base64,([^"]*)"', html)
    assert link
    return json.loads(gzip.decompress(base64.b64decode(link[1])))


def test_a_report_of_real_size_stays_small(whole: str) -> None:
    assert len(whole.encode()) < 450_000


def test_a_report_with_75_teams_stays_below_a_megabyte(
    sight: Sight, organisation: Organisation, comparison: Comparison
) -> None:
    teams = comparison.effects.filter(pl.col("of") == "team")
    more = [teams.with_columns(party=pl.format("Team {} {}", pl.lit(index), "party")) for index in range(8)]
    many = pl.concat([comparison.effects, *more])
    html = page(sight=sight, organisation=organisation, comparison=replace(comparison, effects=many))
    assert len(html.encode()) < 1_000_000
    assert "more rows, in which least moves, are left out" in html


def test_a_log_of_hundreds_of_teams_gives_a_page_below_a_megabyte_that_loses_nothing(sight: Sight) -> None:
    mine = [replace(one, of="team", ledger="work") for one in sight.ledger if one.party == "all clients"][:12]
    names = [f"Team {number}" for number in range(600)]
    weeks = len(sight.weeks)
    many = replace(
        sight,
        ledger=(*sight.ledger, *(replace(one, party=name) for name in names for one in mine)),
        team_load=sight.team_load | {name: [0.0] * (weeks - 1) + [float(at)] for at, name in enumerate(names)},
    )
    html = page(sight=many)
    assert len(html.encode()) < 1_000_000
    data = data_of(html)["sight"]
    told = {
        (group["measure"], party): value
        for group in data["ledger"]
        for party, value in zip(group["party"], group["value"], strict=True)
    }
    assert all(
        told[one.measure, one.party] == pytest.approx(one.value, rel=1e-4)
        for one in many.ledger
        if math.isfinite(one.value)
    )
    assert data["team_load"]["Team 7"] == {"week": [weeks - 1], "steps": [7]}


def hostile_sight(sight: Sight) -> Sight:
    return replace(
        sight,
        chronicle=replace(
            sight.chronicle, source=HOSTILE, notes=(HOSTILE,), mapping={"case": HOSTILE}, timezone=HOSTILE
        ),
        parties={HOSTILE: 1},
        teams={HOSTILE: 4},
        ledger=tuple(replace(entry, party=HOSTILE) for entry in sight.ledger[:8]),
        arrivals={HOSTILE: [1, 2, 3]},
        team_load={HOSTILE: [1.0, 2.0, 3.0]},
        variants=[(HOSTILE, 3)],
        co_production=tuple(
            replace(act, activity=HOSTILE, share_of_cases={HOSTILE: 0.3}) for act in sight.co_production
        ),
        organising=(HOSTILE,),
        findings=tuple(replace(finding, text=HOSTILE) for finding in sight.findings),
    )


def hostile_comparison(comparison: Comparison) -> Comparison:
    tried = tuple(
        replace(
            one, name=HOSTILE, changes=tuple(replace(change, rule=HOSTILE, author=HOSTILE) for change in one.changes)
        )
        for one in comparison.tried[:1]
    )
    effects = comparison.effects.with_columns(scenario=pl.lit(HOSTILE.replace("\ud800", "")), party=pl.lit("<b>"))
    return replace(comparison, tried=tried, effects=effects, notes=(HOSTILE,), provenance={"scenarios": {HOSTILE: []}})


def test_hostile_names_are_harmless(sight: Sight, organisation: Organisation, comparison: Comparison) -> None:
    html = page(
        sight=hostile_sight(sight),
        organisation=replace(organisation, name=HOSTILE, clients={HOSTILE: next(iter(organisation.clients.values()))}),
        comparison=hostile_comparison(comparison),
        title=HOSTILE,
    )
    reader = read(html)
    assert "script" not in reader.tags
    assert "<script>alert" not in html
    assert "\x00" not in html
    assert "\u202e" not in html
    assert "{{7*7}}" in reader.text
    assert "49" not in reader.text.split("{{7*7}}")[0][-3:]
    assert HOSTILE in data_of(html)["sight"]["arrivals"]


def messages_of_the_report() -> list[str]:
    catalogue = i18n._catalogue("fr")
    return [
        english
        for english, french in catalogue._catalog.items()  # type: ignore[attr-defined]
        if isinstance(english, str)
        and "{" not in english
        and " " in english
        and len(english) > 14
        and english != french
    ]


def test_the_french_page_has_no_english_left(sight: Sight, organisation: Organisation, comparison: Comparison) -> None:
    i18n.use("fr")
    html = page(sight=sight, organisation=organisation, comparison=comparison)
    text = read(html).text
    assert '<html lang="fr">' in html
    assert "Ce que chaque acte fait à qui" in text
    given = (*sight.chronicle.notes, *sight.organising, *comparison.notes)
    for ours in (*(finding.text for finding in sight.findings), *given):
        text = text.replace(ours, "")
    there = [one for one in messages_of_the_report() if one in text]
    left = [one for one in there if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]
    assert left == []
    assert not re.search(r"\d [:;?!%]", text)


def test_each_section_is_there_only_when_its_input_is(
    sight: Sight, organisation: Organisation, comparison: Comparison
) -> None:
    def ids(**given: Any) -> set[str]:
        found = set(read(page(**given)).ids) - {"numbers", "act-1", "act-2", "act-3"}
        return {one for one in found if not one.startswith("seen-")}

    assert ids(sight=sight) == {"log", "clients", "made"}
    assert ids(organisation=organisation) == {"trust", "made"}
    assert ids(comparison=comparison) == {"answers", "trust", "acts", "made"}


def test_beside_the_model_the_log_counts_delays_as_runs_do(sight: Sight, comparison: Comparison) -> None:
    """Runs do not tell the time that a clock keeps from other delays; the ledger of records does."""
    known = next(one for one in sight.ledger if one.measure == "cycle time")
    entry = replace(known, measure="unexplained delay", party="all clients", value=24.0)
    modelled = comparison.effects.filter(pl.col("measure") == "cycle time").with_columns(
        measure=pl.lit("unexplained delay"), party=pl.lit("all clients")
    )
    ran = replace(comparison, effects=modelled)
    clock = TimePart(party="all clients", part=CLOCK_TIME, cases=9, hours=96.0, low=90.0, high=99.0)
    for parts, told in (((), "1.00\u202fdays"), ((clock,), "5.00\u202fdays")):
        table = beside_the_log(replace(sight, ledger=(entry,), time_parts=parts), ran)
        assert table is not None
        assert table.rows[0][1].text == told, table.rows
        assert ("with the time that a clock keeps" in table.rows[0][0].notes) == bool(parts)


def test_a_team_that_serves_all_in_order_has_one_line(sight: Sight) -> None:
    def passing(client: str, team: str, share: float) -> Passing:
        ends = (share, share / 2, 2 * share)
        difference = (share / 2, 2 * share)
        return Passing(
            client=client, team=team, share=share, others=0.0, difference=difference, p=0.5, gained=ends, cost=ends
        )

    passed = (passing("A", "Desk", 0.0), passing("B", "Desk", 0.0), passing("A", "Lab", 0.3), passing("B", "Lab", 0.0))
    table = overtaking(replace(sight, passings=passed))
    assert table is not None
    assert [[cell.text for cell in row[:2]] for row in table.rows] == [
        ["A", "Lab"], ["nobody passes another", "Desk"],
    ]  # fmt: skip
    assert table.more is not None, "who passes nobody unfolds"
    assert [cell.text for cell in table.more.rows[0][:2]] == ["B", "Lab"]


def test_who_begins_later_for_others_is_told_in_words_not_by_a_sign(sight: Sight) -> None:
    passing = Passing(
        client="A", team="Lab", share=0.3, others=0.1, difference=(0.1, 0.3), p=0.01,
        gained=(2.5, 2.0, 3.0), cost=(0.5, 0.4, 0.6),
    )  # fmt: skip
    waiting = replace(passing, client="B", share=0.1, gained=(-2.5, -3.0, -2.0), cost=(-0.5, -0.6, -0.4))
    table = overtaking(replace(sight, passings=(passing, waiting)))
    assert table is not None
    first, second = ([(cell.text, *cell.notes) for cell in row[4:]] for row in table.rows)
    assert first == [("2.5\u202fh sooner", "2.0 to 3.0"), ("30.0\u202fmin later", "24.0 to 36.0")]
    assert second == [("2.5\u202fh later", "2.0 to 3.0"), ("30.0\u202fmin sooner", "24.0 to 36.0")]


@pytest.mark.parametrize(("clients", "widths"), [(5, [5]), (6, [3, 3]), (8, [4, 4]), (11, [4, 4, 3])])
def test_tables_of_many_clients_stand_below_each_other(sight: Sight, clients: int, widths: list[int]) -> None:
    """Beyond five, columns stood behind a scroll bar, and were lost on paper."""
    made = [
        Footprint(
            party=f"Client {at}", deed="completes", share=0.1, low=0.05, high=0.2, others=0.1,
            difference=(-0.1, 0.1), p=0.5,
        )
        for at in range(clients)
    ]  # fmt: skip
    tables = footprint(replace(sight, footprints=tuple(made)))
    assert [len(one.heads) - 1 for one in tables] == widths
    work = [
        Load(party=one.party, team="Desk", share=(0.2, 0.1, 0.3), outside=(0.0, 0.0, 0.1), by_hour=()) for one in made
    ]
    assert [len(one.heads) - 1 for one in loads(replace(sight, loads=tuple(work)))] == widths


def test_a_report_of_nothing_is_refused(tmp_path: Path, sight: Sight) -> None:
    with pytest.raises(UsageError):
        page()
    with pytest.raises(UsageError):
        report(tmp_path / "x.html")
    with pytest.raises(UsageError):
        report(tmp_path / "x.html", sight, sight)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_wholly_or_not_at_all(
    tmp_path: Path, sight: Sight, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = report(tmp_path / "x.html", comparison, sight)
    before = target.read_bytes()
    assert b"</html>" in before[-20:]

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="no space is left"):
        report(target, sight)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path, sight: Sight) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        report(tmp_path / "none" / "x.html", sight)


def test_the_same_results_give_the_same_page(sight: Sight, comparison: Comparison) -> None:
    assert page(sight=sight, comparison=comparison) == page(sight=sight, comparison=comparison)


def test_the_bundled_log_names_its_authors(sight: Sight) -> None:
    assert "doi:10.24432/C57S4H" not in page(sight=sight)
    bundled = replace(sight, chronicle=replace(sight.chronicle, source="incidents.parquet"))
    assert "doi:10.24432/C57S4H" in page(sight=bundled)


def test_poor_records_still_make_a_page(sight: Sight) -> None:
    poor = replace(
        sight,
        chronicle=Chronicle(events=sight.chronicle.events),
        clients=0,
        **{"parties": {}, "teams": {}, "ledger": (), "arrivals": {}, "weeks": [], "team_load": {}, "variants": []},
        **{"activity_by_hour": [], "arrivals_by_hour": [], "co_production": (), "organising": (), "findings": ()},
        variant_count=0,
    )
    text = read(page(sight=poor)).text
    for said in (
        "the records name no client",
        "The records do not tell.",
        "Nothing stands out",
        "irrupt power finds it",
    ):
        assert said in text


def test_a_comparison_that_could_tell_nothing_still_makes_a_page(comparison: Comparison) -> None:
    found = tuple(replace(one, difference=math.nan, low=math.nan, high=math.nan) for one in comparison.tried[0].found)
    tried = (replace(comparison.tried[0], changes=(), found=found),)
    text = read(
        page(comparison=replace(comparison, tried=tried, effects=comparison.effects.clear(), provenance=None))
    ).text
    assert "Found: nothing that could be measured." in text
    assert "The rules stay as they are." in text
    assert text.count("No run could tell anything here.") == 3


def test_a_model_that_was_never_checked_says_so(organisation: Organisation) -> None:
    assert "not set against records" in page(organisation=replace(organisation, learned=None))


def test_claimed_stands_beside_found_and_beside_who_else_bears_it(comparison: Comparison) -> None:
    first, second, third = scenarios(comparison)
    assert first.answers[0].claimed == (
        "Claimed by Caller 1904: “Group 70 is slow to react.” Expected: for Caller 1904, “waiting for us” falls."
    )
    assert first.answers[0].found == ("Found: it falls by 1.59\u202fdays (−25\u202f%; 95 % interval −1.72 to −1.46).")
    assert first.answers[0].more == ["The same measure rises for other clients."]
    assert [one.answers[0].says_text for one in (first, second, third)] == [
        "The claim holds.",
        "The opposite of the claim was found.",
        "Undecided: more runs would tell.",
    ]


@pytest.mark.parametrize(
    ("says", "low", "high", "said"),
    [
        ("as claimed", -9.0, -7.7, "The claim holds."),
        ("as claimed", -9.0, -7.5, "in the direction claimed, but it may be too small to matter"),
        ("as claimed", -9.0, -0.1, "in the direction claimed, but it may be too small to matter"),
        ("the opposite", 7.7, 9.0, "The opposite of the claim was found."),
        ("the opposite", 0.1, 9.0, "against the claim, but it may be too small to matter"),
        ("smaller than matters", -7.0, -0.1, "That is too small to matter."),
        ("smaller than matters", 0.1, 7.0, "That is against the claim, and too small to matter."),
    ],
)
def test_a_claim_holds_only_when_the_whole_interval_matters(
    comparison: Comparison, says: Any, low: float, high: float, said: str
) -> None:
    tried = comparison.tried[0]
    verdict = {"as claimed": "falls", "the opposite": "rises"}.get(says, says)
    (one,) = tried.found
    one = replace(one, low=low, high=high, difference=(low + high) / 2, says=says, verdict=verdict)
    (answer,) = answers(comparison, replace(tried, found=(one,)))
    assert one.matters == 7.6
    assert said in answer.says_text
    assert ("what was claimed" in answer.short) == (says == "smaller than matters" and high < 0)
    assert ("holds" in answer.says_text) == (said == "The claim holds.")


def test_a_finding_that_hangs_on_assumed_times_says_so(comparison: Comparison) -> None:
    turned = replace(comparison, effects=comparison.effects.with_columns(longest=-pl.col("difference")))
    (answer,) = answers(turned, turned.tried[0])
    assert answer.more[0] == (
        "This hangs on how long work takes, which was assumed: −1.27 … +1.59\u202fdays with the shortest and longest "
        "times."
    )


def test_a_claim_that_hangs_on_assumed_times_does_not_simply_hold(comparison: Comparison) -> None:
    for longest in (-pl.col("difference"), 0.5 * pl.col("matters")):
        turned = replace(comparison, effects=comparison.effects.with_columns(longest=longest))
        first, second, third = (answers(turned, tried)[0] for tried in turned.tried)
        assert first.says_text == "The claim holds only if work takes as long as assumed."
        assert first.short == "the claim holds only if work takes as long as assumed"
        assert second.says_text.endswith("but only if work takes as long as assumed.")
        assert third.says_text == "Undecided: more runs would tell."


@pytest.mark.parametrize(
    ("learned", "said"),
    [(3.0, "Undecided: more runs would tell."), (9.0, "the records leave it open; more runs would not tell")],
)
def test_no_runs_are_promised_to_tell_what_the_records_leave_open(
    comparison: Comparison, learned: float, said: str
) -> None:
    tried = comparison.tried[0]
    (one,) = tried.found
    one = replace(one, low=-14.0, high=6.0, difference=-4.0, learned=learned, says="undecided", verdict="undecided")
    (answer,) = answers(comparison, replace(tried, found=(one,)))
    assert said in answer.says_text


@pytest.mark.parametrize(
    ("without", "with_act", "said"),
    [
        (0.0, 0.0, "Cannot be told: in these runs, no case of Caller 1904 is finished."),
        (4.0, 0.0, "Cannot be told: with the act, no case of Caller 1904 is finished."),
        (0.0, 4.0, "Cannot be told: without the act, no case of Caller 1904 is finished."),
        (4.0, 4.0, "Cannot be told: these runs hold nothing to measure it by."),
    ],
)
def test_where_nothing_can_be_measured_no_more_runs_are_promised(
    comparison: Comparison, without: float, with_act: float, said: str
) -> None:
    """Where all cases give up there is no cycle time, however many runs there are."""
    tried, nan = comparison.tried[0], float("nan")
    (one,) = tried.found
    finished = comparison.effects.filter(scenario=tried.name, party=one.claim.party)[:1].with_columns(
        measure=pl.lit("throughput"), without=pl.lit(without), **{"with": pl.lit(with_act)}
    )
    mute = replace(one, low=nan, high=nan, difference=nan, without=nan, says="undecided", verdict="undecided")
    others = comparison.effects.filter(pl.col("measure") != "throughput")
    (answer,) = answers(replace(comparison, effects=pl.concat([others, finished])), replace(tried, found=(mute,)))
    assert (answer.says_text, answer.short) == (said, "cannot be told")


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("as claimed", ("", "falls")),
        ("the opposite", ("", "rises")),
        ("no measurable effect", ("No measurable effect.", "no measurable effect")),
        ("smaller than matters", ("That is too small to matter.", "smaller than matters")),
        ("undecided", ("Undecided: more runs would tell.", "undecided")),
    ],
)
def test_where_nobody_claims_anything_only_what_was_found_is_told(
    comparison: Comparison, says: Any, said: tuple[str, str]
) -> None:
    unclaimed = without_claim(comparison, says)
    (answer,) = answers(unclaimed, unclaimed.tried[0])
    assert answer.claimed == "No claim was given. Looked at: “waiting for us” of Caller 1904."
    assert (answer.says_text, answer.short) == said
    for text in (read(page(comparison=unclaimed)).text, plain_text(unclaimed)):
        assert "No claim was given." in text
        assert "claims:" not in text
        assert "the claim" not in text.lower()


def without_claim(comparison: Comparison, says: Any) -> Comparison:
    (one,) = comparison.tried[0].found
    verdict = {"as claimed": "falls", "the opposite": "rises"}.get(says, says)
    one = replace(one, claim=replace(one.claim, text="", given=False), says=says, verdict=verdict)
    return replace(comparison, tried=(replace(comparison.tried[0], found=(one,)),))


def plain_text(comparison: Comparison) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(show(comparison))
    return out.getvalue()


def test_a_claim_that_was_made_without_words_is_one_all_the_same(comparison: Comparison) -> None:
    (one,) = comparison.tried[0].found
    wordless = replace(one, claim=replace(one.claim, text=""))
    told = replace(comparison, tried=(replace(comparison.tried[0], found=(wordless,)),))
    (answer,) = answers(told, told.tried[0])
    claim = one.claim
    assert answer.claimed == f"Expected by {claim.author}: for {claim.party}, “{claim.measure}” falls."
    assert "the claim" in answer.short


def test_an_effect_that_nobody_claimed_may_hang_on_assumed_times_or_be_too_small(comparison: Comparison) -> None:
    unclaimed = without_claim(comparison, "as claimed")
    turned = replace(unclaimed, effects=unclaimed.effects.with_columns(longest=-pl.col("difference")))
    (answer,) = answers(turned, turned.tried[0])
    assert answer.says_text == "That is so only if work takes as long as assumed."
    (one,) = unclaimed.tried[0].found
    small = replace(unclaimed.tried[0], found=(replace(one, difference=-8.0, low=-9.0, high=-7.0),))
    (answer,) = answers(unclaimed, small)
    assert (answer.says_text, answer.short) == (
        "That may be too small to matter.",
        "falls; perhaps too small to matter",
    )


def test_effects_come_after_how_far_the_model_can_be_trusted(comparison: Comparison) -> None:
    acts_said = page(comparison=comparison).split('<section id="answers">')[1]
    before = acts_said[: acts_said.index("<table")]
    assert "1 much worse (time since the case began)" in before
    assert "What-ifs are answered" in before
    never = replace(comparison, organisation=replace(comparison.organisation, learned=None))
    assert "written by hand" in page(comparison=never).split("<table")[0]


def test_a_page_begins_with_how_much_was_read_and_few_findings_the_rest_on_demand(sight: Sight) -> None:
    many = tuple(Finding(text=f"It is so, {at}.", kind="rework") for at in range(12))
    asked = Finding(text="Nobody keeps to it.", kind="written procedure")
    told = page(sight=replace(sight, findings=(*many, asked)))
    head, first, rest = told.split("<h1>")[1].split('<ol class="findings">')
    assert size(sight) in head
    assert (first.count("<li "), rest.count("<li ")) == (6, 7)
    assert 'data-number="13">Nobody keeps to it.' in first
    assert "7 more findings" in first
    assert 'data-number="12">It is so, 11.' in rest
    assert "more finding" not in page(sight=replace(sight, findings=many[:7]))


def test_the_log_stands_beside_the_model_in_the_same_units(sight: Sight, comparison: Comparison) -> None:
    assert beside_the_log(sight, comparison) is None
    known = next(one for one in sight.ledger if one.measure == "cycle time")
    logged = [
        replace(known, party="all clients", value=80.0),
        replace(known, measure="rework", unit="share", party="all clients", value=0.2),
        replace(known, measure="steps per case", unit="another", party="all clients"),
        replace(known, measure="waiting for the client", party="all clients"),
    ]
    table = beside_the_log(replace(sight, ledger=(*sight.ledger, *logged)), comparison)
    assert table is not None
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["cycle time", "3.33\u202fdays", "7.83\u202fdays"],
        ["rework", "20.0\u202f%", "12.0\u202f%"],
    ]
    learned = comparison.organisation.learned
    assert learned is not None
    half = sight.used_begin + (sight.used_end - sight.used_begin) / 2
    changed = beside_the_log(
        replace(sight, ledger=(*sight.ledger, *logged)), comparison, replace(learned, present=half)
    )
    assert changed is not None
    assert [len(row) for row in changed.rows] == [4, 4]
    html = page(sight=replace(sight, ledger=(*sight.ledger, *logged)), comparison=comparison)
    assert "trust differences more than levels" in read(html).text
    assert "trust differences more than levels" not in read(page(sight=sight, comparison=comparison)).text


def test_the_answer_stands_before_everything_else(whole: str) -> None:
    order = [whole.index(f'<section id="{name}">') for name in ("answers", "acts", "clients", "log", "trust", "made")]
    assert order == sorted(order)


def test_numbers_are_folded_and_stay_so(whole: str) -> None:
    reader = read(whole)
    assert "details" in reader.tags
    assert "<details open" not in whole
    assert "All numbers of this ledger" in reader.text


def test_long_tables_show_ten_teams_and_fold_the_rest(sight: Sight) -> None:
    more = tuple(
        replace(one, party=f"Team {index}") for index in range(72) for one in sight.ledger if one.party == "Group 70"
    )
    part = clients_section(replace(sight, ledger=more)).ledgers[2].tables[0]
    assert len(part.rows) == 10
    assert part.more is not None
    assert len(part.more.rows) == 62
    assert part.fold.startswith("62 more")


def test_measures_of_many_teams_stand_in_as_many_tables_as_fit_on_paper(sight: Sight) -> None:
    """A table that is wider than the page is cut off in print, where nobody can move it."""
    more = [
        replace(one, party=f"Team {index}") for index in range(72) for one in sight.ledger if one.party == "Group 70"
    ]
    tables = clients_section(replace(sight, ledger=more)).ledgers[2].tables
    assert all(len(table.heads) <= 1 + MANY_MEASURES for table in tables)
    assert sum(len(table.heads) - 1 for table in tables) == len({one.measure for one in more if one.ledger == "work"})


def test_weekly_panels_carry_their_numbers(sight: Sight) -> None:
    drawn = [one for part in clients_section(sight).parts for one in part.figures]
    tables = [one.numbers for one in drawn if one.numbers]
    assert [len(one.rows) for one in tables] == [13, 13]
    assert [cell.text for cell in tables[0].rows[0][:2]] == ["29 Feb 2016", str(sight.arrivals["Caller 1904"][0])]


def test_every_link_within_the_page_leads_somewhere(sight: Sight) -> None:
    """Findings, and the contents; a finding whose picture is not there leads to the ledgers."""
    cases = tuple(f"INC{number}" for number in range(30))
    found = (replace(sight.findings[0], cases=cases, cases_are="the longest"), *sight.findings[1:])
    html = page(sight=replace(sight, findings=found))
    ids = set(read(html).ids)
    links = re.findall(r'href="#([^"]+)"', html)
    assert set(links) <= ids
    assert "seen-ledgers" in links
    assert "the longest (30)" in html
    assert "INC19" in html
    assert "INC20" not in html.split('<script type="application/json"')[0]


def test_a_problem_is_counted_once(sight: Sight) -> None:
    assert read(page(sight=sight)).text.count("52,761") == 1


def test_ledgers_are_kept_apart_and_in_order(comparison: Comparison) -> None:
    assert [ledger.name for ledger in scenarios(comparison)[0].ledgers] == list(PARTS)
    assert scenarios(comparison)[0].ledgers[4].remarks[0].startswith("Power is what a party could do")


def test_what_does_not_change_at_all_is_named_not_drawn(comparison: Comparison) -> None:
    still = pl.when(pl.col("measure") == "cycle time").then(0.0)
    effects = comparison.effects.with_columns(
        *(still.otherwise(pl.col(name)).alias(name) for name in ("difference", "low", "high"))
    )
    market = scenarios(replace(comparison, effects=effects))[0].ledgers[0]
    assert market.remarks == ["Exactly the same with and without: cycle time."]
    assert market.table is not None
    assert "cycle time" not in str(market.table)


@pytest.mark.parametrize(("measure", "drawn"), [("wait at the team", False), ("share of time at work", True)])
def test_what_is_undecided_for_all_is_drawn_where_they_watch_it(
    comparison: Comparison, measure: str, drawn: bool
) -> None:
    """Else it is named: many lines around zero hide those that tell something."""
    mine = pl.col("measure") == measure
    unsure = pl.when(mine).then(pl.lit("undecided")).otherwise(pl.col("verdict")).alias("verdict")
    wide = [
        pl.when(mine).then(end).otherwise(pl.col(name)).alias(name) for name, end in (("low", -99.0), ("high", 99.0))
    ]
    told = scenarios(replace(comparison, effects=comparison.effects.with_columns(unsure, *wide)))[0].ledgers[2]
    named = [remark for remark in told.remarks if remark.startswith("Undecided, and not what those concerned watch")]
    assert ([measure in remark for remark in named] == [True]) is not drawn
    assert told.figure is not None
    assert (measure in told.figure.wide) is drawn


def test_many_intervals_come_with_how_they_are_made(comparison: Comparison) -> None:
    rows = comparison.effects.to_dicts()
    assert looked_through(rows[:1]) == ""
    assert looked_through(rows * 4).startswith(f"{4 * len(rows)} differences were looked through for this act.")


def test_units_of_levels_and_differences_agree(comparison: Comparison) -> None:
    table = scenarios(comparison)[0].ledgers[0].table
    assert table is not None
    heads = [row[0] for row in table.rows if len(row) == 1]
    assert [(head.text, list(head.notes)) for head in heads] == [("waiting for us", ["days"]), ("cycle time", ["days"])]
    assert [cell.text for cell in table.rows[1][:4]] == ["Caller 1904", "6.33", "4.74", "−1.59"]


def test_long_ways_lose_their_middle_not_their_ends() -> None:
    path = " → ".join(map(str, range(30)))
    short = short_path(path)
    assert short.startswith("0 → 1 → ")
    assert short.endswith(" → 28 → 29")
    assert "more steps" in short
    assert short_path("only") == "only"


def test_what_is_too_short_to_be_drawn_is_in_the_time_of_a_case_all_the_same(sight: Sight) -> None:
    """Bars and findings tell one time; and where no work is drawn, nothing is said of its line."""
    waits = TimePart(party="all clients", part="waiting for a person", cases=9, hours=240.0, low=230.0, high=250.0)
    work = replace(waits, part="work", hours=0.4, low=0.3, high=0.5)
    drawn = time_spent(replace(sight, time_parts=(work, waits)), "client")
    assert drawn is not None
    assert "10.0\u202fdays" in drawn.wide
    longer = time_spent(replace(sight, time_parts=(replace(work, hours=12.0), waits)), "client")
    assert longer is not None
    assert "10.5\u202fdays" in longer.wide
    assert "the line shows" not in drawn.reading


def test_a_picture_by_week_begins_where_most_lies() -> None:
    """Of closed cases, some are years old: they would make a picture of one column at the end of nothing."""
    assert first_week([[0, 1, 0, 0, 1, 0, 0, 0, 0, 20, 40, 50], [0] * 9 + [30, 30, 30]])[0] == 9
    assert first_week([[5.0] * 12]) == (0, 0.0)
    assert first_week([[0.0] * 11 + [5.0]]) == (0, 0.0)
    assert first_week([[0.0] * 6 + [5.0] * 6]) == (0, 0.0)


def test_acts_to_try_are_each_typed_alone(sight: Sight) -> None:
    """They stood behind each other as one command."""
    html = page(sight=replace(sight, to_try=(Volume(client="A", change=0.2), Priority(client="A & B", team="T"))))
    typed = [unescape(one) for one in re.findall("<pre><code>(.*?)</code></pre>", html)]
    acts = [shlex.split(one)[-1] for one in typed if " --act " in one]
    assert acts == ["volume: {client: A, change: 0.2}", "priority: {client: A & B, team: T}"]


def test_what_the_parties_did_has_a_place_of_its_own(comparison: Comparison) -> None:
    """It stood among the notes, under how far to trust it."""
    said = "Refused by Shops: priority: Hospital A."
    told = replace(comparison, parties=(("Shops", (said,)),))
    html = page(comparison=told)
    head = html.index('<h3 id="parties">What the parties did</h3>')
    assert head < html.index("<h4>Shops</h4>") < html.index(f"<li>{said}</li>") < html.index('<section id="acts">')
    for out in (plain_text(told), "\n".join(_briefly(told))):
        lines = [line.strip() for line in out.splitlines()]
        assert lines[lines.index("What the parties did") + 1] == said
    assert "What the parties did" not in page(comparison=comparison)


def _briefly(comparison: Comparison) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=200).print(brief(comparison))
    return out.getvalue().splitlines()
