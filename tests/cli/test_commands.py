"""What a user types, what he reads, and the exit code."""

from __future__ import annotations

import html
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import irrupt as ir
from irrupt import i18n
from irrupt.cases import names
from irrupt.cli.app import EXAMPLES, build
from irrupt.cli.groups import expanded
from irrupt.experiment import searching, sweeps
from irrupt.experiment.store import Store

Irrupt = Callable[..., Any]


def test_help_names_every_command_and_ends_well(irrupt: Irrupt) -> None:
    said = irrupt("--help")
    assert said.code == 0
    for command in ("demo", "see", "problems", "discover", "compare", "report", "convert", "schema"):
        assert command in said.out


def test_help_shows_flags_without_a_type(irrupt: Irrupt) -> None:
    for command in ((), ("see",), ("discover",)):
        assert "bool" not in irrupt(*command, "--help").out


def test_the_cases_that_demo_shows_are_listed_and_how_many_runs_there_are_is_told_as_it_is(irrupt: Irrupt) -> None:
    """Two of six were named; and 100 pairs were told where a scenario has 40, a sweep 20."""
    text = re.sub(r"[│\s]+", " ", irrupt("demo", "--help").out)
    assert ", ".join(names()[:-1]) + f" or {names()[-1]}; none" in text
    assert f"those of the scenario, or 100; {sweeps.USUAL} in a sweep, {searching.USUAL} in a search" in text


@pytest.mark.parametrize("command", sorted(EXAMPLES.keys() - {"demo", "verify", "schema"}))
def test_the_example_of_each_help_is_a_command_line_as_expected(irrupt: Irrupt, command: str) -> None:
    """Only its files are missing."""
    assert f"irrupt {command}" in irrupt(command, "--help").out
    said = irrupt(*shlex.split(EXAMPLES[command]))
    assert said.code == 2
    assert "no such file" in said.err


def test_help_speaks_french_when_asked(irrupt: Irrupt) -> None:
    said = irrupt("--lang", "fr", "--help")
    assert said.code == 0
    assert "client" in said.out
    assert "What does the client" not in said.out
    assert "Show this message" not in said.out


@pytest.mark.one_in(3)
@pytest.mark.parametrize("columns", [80, 60, 100])
def test_no_line_of_the_help_begins_with_a_sign_that_ends_something(
    irrupt: Irrupt, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“… que se passerait-il s’il intervenait” stood on one line, and “?” alone on the next."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ((), *((name,) for name in EXAMPLES)):
        said = irrupt("--lang", "fr", *command, "--help").out
        assert not (found := re.search(r".*\n[│ ]*[?!:;»].*", said)), found
        assert "\ue000" not in said


def test_help_that_was_shown_leaves_its_texts_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with a line is told with the same texts, and had other signs in the place of narrow spaces."""
    try:
        i18n.use("fr")
        for arguments in (["--help"], ["see", "--help"], ["agree", "--help"]):
            every: Any = get_command(build(arguments))
            told = [every, *every.commands.values()]
            told += [parameter for one in tuple(told) for parameter in one.params]
            texts = [(getattr(one, "help", None), getattr(one, "epilog", None)) for one in told]
            assert any("\u202f" in (text or "") for both in texts for text in both)
            every.main(arguments, standalone_mode=False)
            assert [(getattr(one, "help", None), getattr(one, "epilog", None)) for one in told] == texts
    finally:
        i18n.use(None)
    assert "\u202f" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("see",), ("see", "log.csv", "--nonsense"), ("--lang", "xx", "see")]
)
def test_wrong_usage_ends_with_2(irrupt: Irrupt, arguments: tuple[str, ...]) -> None:
    assert irrupt(*arguments).code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("see", "log.csv", "--grups", "x"), '--grups  there is no such option; did you mean "--groups"?'),
        (("compare", "log.csv", "-o", "x"), '-o  there is no such option; did you mean "--report"?'),
        (("see", "log.csv", "--language", "fr"), '--language  there is no such option; did you mean "--lang"?'),
        (("sweep", "log.csv", "--out", "x"), '--out  there is no such option; did you mean "--output"?'),
        (("see", "log.csv", "more.csv"), "more.csv  nothing more is expected here"),
        (("see", "log.csv", "--from"), "--from  nothing stands behind this option"),
        (("se", "log.csv"), 'se  there is no such command; did you mean "see"?'),
        (("see", "monday.csv", __file__), "where the folder that holds them is given"),
        (("see",), "LOG  is missing"),
        (("compare", "a.yaml", "-n", "many"), "--replications  many; expected a whole number"),
        (("compare", "a.yaml", "--weeks=few"), "--weeks  few; expected a number"),
        (("discover", "log.csv", "--work", "long"), "--work  long; expected one of typical, shortest, longest"),
        (("schema", "foo"), "foo; expected one of organisation, scenario, rulebook"),
    ],
)
def test_wrong_usage_says_what_was_found_and_what_is_expected(
    irrupt: Irrupt, arguments: tuple[str, ...], says: str
) -> None:
    """In our words, not in those of the library that reads the command line."""
    said = irrupt(*arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    french = irrupt("--lang", "fr", *arguments).err
    assert not {"expected", "there", "missing", "Invalid", "Error", "Usage"} & set(french.replace(":", " ").split())


def test_what_is_missing_is_told_in_one_sentence(irrupt: Irrupt) -> None:
    assert "LOG  is missing; expected event log (XES" in " ".join(irrupt("see").err.split("\n"))


def test_what_is_missing_goes_on_in_the_sentence_whatever_its_help_begins_with(irrupt: Irrupt) -> None:
    """“expected A rulebook” stood there: the first word of it has one letter only."""
    expanded.cache_clear()  # Help is made once a process, in the language of what is run first.
    assert "RULEBOOK  is missing; expected a rulebook (YAML)" in " ".join(irrupt("kept").err.split("\n"))
    assert "STORE  is missing; expected a file that --store named" in " ".join(irrupt("results").err.split("\n"))


def test_no_command_shows_the_help(irrupt: Irrupt) -> None:
    said = irrupt()
    assert said.code == 2
    assert "compare" in said.out


def test_see_tells_and_its_json_says_the_same_numbers(irrupt: Irrupt, tickets: Path) -> None:
    said = irrupt("see", str(tickets))
    assert said.code == 0
    assert "Hospital A" in said.out
    answer = json.loads(irrupt("see", str(tickets), "--json").out)
    assert answer["cases"] == 240


def test_whose_act_each_activity_is_can_be_written_and_corrected(irrupt: Irrupt, tickets: Path) -> None:
    said = irrupt("see", str(tickets), "--whose", "tickets.irrupt.yaml")
    assert said.code == 0, said.err
    file = Path("tickets.irrupt.yaml")
    assert re.search(r'"Opened": client act +# \d+ %: ', file.read_text())
    assert "Opened" in {
        one["activity"] for one in json.loads(irrupt("see", str(tickets), "--json").out)["co_production"]
    }
    file.write_text(file.read_text().replace('"Opened": client act', '"Opened": inside'))
    assert json.loads(irrupt("see", str(tickets), "--json").out)["co_production"] == []


def test_what_is_wrong_is_told_to_machines_too(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    """Who waited for JSON got nothing to read."""
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text("compare: [{act: volume, client: Hospital A, chang: 20 %}]\nweeks: 3\n")
    said = irrupt("compare", str(tickets), str(scenario), "--json")
    faults = json.loads(said.out)["faults"]
    assert said.code == 1
    assert len(faults) > 1
    assert [one["text"] for one in faults] == said.err.splitlines()[: len(faults)]
    assert all(one["where"].startswith(f"{scenario}:") and one["found"] for one in faults)


def test_the_cases_behind_each_finding_are_written(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    """One line for each finding and case, as many as the JSON counts."""
    said = irrupt("see", str(tickets), "--cases", str(tmp_path / "cases.csv"), "--json")
    lines = (tmp_path / "cases.csv").read_text(encoding="utf-8").splitlines()
    findings = json.loads(said.out)["findings"]
    assert lines[0] == "finding,kind,case,client,begin,end"
    assert len(lines) - 1 == sum(one["cases"]["count"] for one in findings) > 0
    assert all(len(one["cases"]["first"]) <= 20 for one in findings)


def test_problems_lists_what_is_wrong_and_where(irrupt: Irrupt, tickets: Path) -> None:
    lines = tickets.read_text().splitlines()
    lines[7] = lines[7].replace("2024", "20x4")
    tickets.write_text("\n".join(lines) + "\n")
    said = irrupt("problems", str(tickets))
    assert said.code == 0
    assert "line 8" in said.out


@pytest.mark.parametrize(
    "command",
    [
        ("see", "tickets.csv"),
        ("kept", "book.yaml", "tickets.csv"),
        pytest.param(("discover", "tickets.csv", "--no-fidelity", "--verbose"), marks=pytest.mark.slow),
        pytest.param(
            ("compare", "tickets.csv", "--act", "volume: {client: Shops, change: 10 %}", "-n", "4", "--weeks", "2"),
            marks=pytest.mark.slow,
        ),
    ],
    ids=lambda one: one[0],
)
def test_whatever_uses_a_log_says_how_its_dates_were_read_where_nothing_tells(
    irrupt: Irrupt, tickets: Path, command: tuple[str, ...]
) -> None:
    """Days and months exchanged change every number, so that they are not told among the problems alone."""
    text = re.sub(r"2024-01-(\d\d)", lambda d: f"{int(d[1]) % 12 + 1}/{int(d[1]) % 11 + 1}/2024", tickets.read_text())
    Path("book.yaml").write_text("rulebook: Desk\nchanges: []\n")
    for written, times in ((tickets.read_text(), 0), (text, 1)):
        tickets.write_text(written)
        said = irrupt(*command)
        told = " ".join((said.out + said.err).split())
        assert (said.code, told.count('--map "times=month first"')) == (0, times), told


def test_the_way_from_a_log_through_a_file_to_a_comparison(irrupt: Irrupt, tickets: Path) -> None:
    learned = irrupt("discover", str(tickets), "-o", "desk.yaml", "--no-fidelity")
    assert learned.code == 0, learned.err
    again = irrupt("discover", str(tickets), "-o", "desk.yaml", "--no-fidelity")
    assert (again.code, "--force overwrites it" in again.err) == (2, True)
    assert irrupt("discover", str(tickets), "-o", "desk.yaml", "--no-fidelity", "--force").code == 0
    act = "priority: {client: Hospital A, team: Network}"
    said = irrupt("compare", "desk.yaml", "--act", act, "-n", "4", "--weeks", "2", "--json")
    assert said.code == 0, said.err
    answer = json.loads(said.out)
    assert answer["replications"] == 4
    assert {effect["party"] for effect in answer["effects"]} >= {"Hospital A", "other clients"}


def test_compare_learns_from_a_log_at_both_bounds_of_service_times(irrupt: Irrupt, tickets: Path) -> None:
    act = "imposed check: {client: Shops, after: Repaired, team: Network, duration: 10 min}"
    said = irrupt("compare", str(tickets), "--act", act, "-n", "4", "--weeks", "2", "--json")
    assert said.code == 0, said.err
    effects = json.loads(said.out)["effects"]
    assert any(effect["shortest"] is not None and effect["longest"] is not None for effect in effects)


def test_a_scenario_file_tries_each_act_against_the_same_baseline(irrupt: Irrupt, desk: Path, scenario: Path) -> None:
    said = irrupt("compare", str(desk), str(scenario), "--report", "acts.html")
    assert said.code == 0, said.err
    assert "Network is slow to react." in said.out
    page = Path("acts.html").read_text(encoding="utf-8")
    assert "Acceptance test" in page


def test_the_same_seed_gives_the_same_answer_whatever_the_workers(irrupt: Irrupt, desk: Path, scenario: Path) -> None:
    one, other = (
        json.loads(irrupt("compare", str(desk), str(scenario), "--seed", "3", "--workers", workers, "--json").out)
        for workers in ("1", "3")
    )
    assert one["effects"] == other["effects"]


def test_report_writes_one_file(irrupt: Irrupt, tickets: Path) -> None:
    said = irrupt("report", str(tickets))
    assert said.code == 0, said.err
    page = Path("tickets.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_report_of_the_folder_in_which_one_stands_bears_its_name(
    irrupt: Irrupt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "log.csv").write_text("case,activity,end\na,open,2024-01-01\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "records")
    assert irrupt("report", ".").code == 0
    assert Path("records.html").exists()


def test_convert_round_trips_and_refuses_to_overwrite(irrupt: Irrupt, tickets: Path) -> None:
    assert irrupt("convert", str(tickets), "tickets.parquet").code == 0
    again = irrupt("convert", str(tickets), "tickets.parquet")
    assert again.code == 2
    assert "--force" in again.err
    one, other = (json.loads(irrupt("see", name, "--json").out) for name in ("tickets.csv", "tickets.parquet"))
    assert one["ledger"] == other["ledger"]


@pytest.mark.parametrize("what", ["organisation", "scenario"])
def test_schema_is_json(irrupt: Irrupt, what: str) -> None:
    assert json.loads(irrupt("schema", what).out)["type"] == "object"


def test_all_faults_of_a_file_are_told_at_once_with_their_places(irrupt: Irrupt, desk: Path, scenario: Path) -> None:
    text = scenario.read_text().replace("team: Network}", "teem: Network}", 1).replace("rework", "rewrk")
    scenario.write_text(text)
    said = irrupt("compare", str(desk), str(scenario))
    assert said.code == 1
    assert "scenario.yaml:8" in said.err
    assert 'did you mean "team"' in said.err
    assert "Traceback" not in said.err


def test_what_acts_name_and_the_organisation_lacks_is_told_at_once_with_its_line(irrupt: Irrupt, desk: Path) -> None:
    file = Path("acts.yaml")
    file.write_text(
        "clients:\n  Hospital A:\n    acts:\n      - priority: {team: Netwrk}\n"
        "compare:\n  - Shops:\n      - bypass: {skips: Triage}\n      - bypass: {skips: Triag}\n"
    )
    for command in ("compare", "search"):
        said = irrupt(command, str(desk), str(file))
        assert said.code == 1
        first, second, count = said.err.splitlines()
        assert first == 'acts.yaml:4:9  priority: team: no team "Netwrk"; did you mean "Network"?'
        assert second == 'acts.yaml:8:9  bypass: skips: no activity "Triag"; did you mean "Triage"?'
        assert count == "2 problems"
    party = "parties:\n  Hospital A:\n    repertoire:\n      - priority: {team: Netwrk}\n"
    file.write_text(party)
    assert irrupt("compare", str(desk), str(file)).err.startswith("acts.yaml:4:9  priority: team")


def test_what_only_shows_once_acts_are_done_names_the_act_and_its_line(
    irrupt: Irrupt, desk: Path, tmp_path: Path
) -> None:
    """A condition about nobody, and an act that leaves cases no way to their end."""
    (tmp_path / "acts.yaml").write_text(
        "compare:\n  - Shops:\n      - priority: {team: Network}\n"
        "        when: cycle time > 8 h for Shop over 2 weeks\n"
        "  - Shops:\n      - volume: {change: 10 %}\n"
        "      - audit: {after: Repair, team: Desk, share: 100 %, finds: 100 %, back to: Repair}\n"
    )
    said = irrupt("compare", str(desk), "acts.yaml")
    assert said.code == 1
    first, second, count = said.err.splitlines()
    assert first.startswith("acts.yaml:3:9  priority: Shops when cycle time > 8 h for Shop over 2 weeks: ")
    assert first.endswith('did you mean "Shops"?')
    assert second.startswith("acts.yaml:7:9  audit: Shops: under its rules the organisation cannot run: ")
    assert count == "2 problems"


def test_a_missing_log_is_one_sentence(irrupt: Irrupt) -> None:
    said = irrupt("see", "nowhere.csv")
    assert said.code == 2
    assert "nowhere.csv" in said.err
    assert "Traceback" not in said.err


def test_a_log_that_is_none_is_one_sentence(irrupt: Irrupt, tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 20)
    said = irrupt("see", "noise.csv")
    assert said.code == 1
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "yesterday"), "--from"),
        (("--map", "client"), "ROLE=COLUMN"),
        (("--map", "clint=customer"), "client"),
        (("--map", "client=custmer"), "customer"),
    ],
)
def test_wrong_options_name_themselves(irrupt: Irrupt, tickets: Path, arguments: tuple[str, ...], says: str) -> None:
    said = irrupt("see", str(tickets), *arguments)
    assert said.code in (1, 2)
    assert says in said.err


def test_all_that_is_wrong_with_options_is_told_at_once(irrupt: Irrupt, tickets: Path) -> None:
    wrong = ("--from", "yesterday", "--to", "31.12.", "--map", "clint=customer", "--map", "team", "--timezone", "Mars")
    said = irrupt("see", str(tickets), *wrong)
    assert said.code == 2
    for what in ("--from", "--to", 'did you mean "client"', "ROLE=COLUMN", "Mars"):
        assert what in said.err
    early = irrupt("see", str(tickets), "--from", "2024-02-01", "--to", "2024-01-01")
    assert early.code == 2
    assert "--to" in early.err


def test_an_act_of_a_group_of_clients_says_how_to_group_them(irrupt: Irrupt, tickets: Path) -> None:
    """“no client "North"” told nobody that North is a site, and that clients can be shown by site."""
    head, *rows = tickets.read_text(encoding="utf-8").splitlines()
    rows = [f"{row},{'North' if row.endswith('Shops') else 'South'}" for row in rows]
    tickets.write_text("\n".join([f"{head},site", *rows]), encoding="utf-8")
    said = irrupt("compare", str(tickets), "--act", "volume: {client: North, change: 0.1}")
    assert said.code == 2
    assert said.err == '--act  volume: client: no client "North"; it stands in the column "site": --groups site\n'


def test_a_scenario_that_names_its_organisation_needs_no_other_argument(
    irrupt: Irrupt, desk: Path, scenario: Path
) -> None:
    beside = irrupt("compare", str(desk), str(scenario), "--json")
    scenario.write_text("organisation: desk.yaml\nclients:\n  Shops: {figure: consumer}\n" + scenario.read_text())
    alone = irrupt("compare", str(scenario), "--json")
    assert alone.code == 0, alone.err
    assert json.loads(alone.out)["effects"] == json.loads(beside.out)["effects"]
    scenario.write_text(scenario.read_text().replace("Shops:", "Shop:"))
    unknown = irrupt("compare", str(scenario))
    assert unknown.code == 1
    assert 'scenario.yaml:3:18  no client "Shop"; did you mean "Shops"' in unknown.err
    scenario.write_text(scenario.read_text().replace("Shop:", "Network:"))
    assert "3:21  only clients have a figure, and Network is none" in irrupt("compare", str(scenario)).err


def test_a_number_of_runs_that_makes_no_sense_is_not_taken_for_none(irrupt: Irrupt, desk: Path, scenario: Path) -> None:
    said = irrupt("compare", str(desk), str(scenario), "-n", "0")
    assert said.code == 2
    assert "replications" in said.err


def test_a_client_whom_an_act_names_is_told_apart_however_small(irrupt: Irrupt, tickets: Path) -> None:
    lines = tickets.read_text().splitlines()
    small = [line.replace("Shops", "Bakery") if line.startswith("T01") else line for line in lines]
    tickets.write_text("\n".join(small) + "\n")
    act = "priority: {client: Bakery, team: Network}"
    said = irrupt("compare", str(tickets), "--act", act, "-n", "3", "--weeks", "2", "--json")
    assert said.code == 0, said.err
    assert "Bakery" in {effect["party"] for effect in json.loads(said.out)["effects"]}


@pytest.mark.parametrize(
    ("act", "meant", "times"),
    [("{client: Hospitl A, team: Network}", "Hospital A", 0), ("{client: Hospital A, team: Netwrk}", "Network", 1)],
)
def test_what_is_not_there_is_told_as_soon_as_it_is_known(
    irrupt: Irrupt, tickets: Path, monkeypatch: pytest.MonkeyPatch, act: str, meant: str, times: int
) -> None:
    """A client before anything is learned, a team before the bounds are."""
    learned = []
    from irrupt.cli import paths

    learn = paths.learn
    monkeypatch.setattr(paths, "learn", lambda *a, **k: learned.append(1) or learn(*a, **k))
    said = irrupt("compare", str(tickets), "--act", f"priority: {act}")
    assert said.code == 2
    assert f'did you mean "{meant}"' in said.err
    assert len(learned) == times


def test_nothing_to_try_is_wrong_usage(irrupt: Irrupt, desk: Path) -> None:
    assert irrupt("compare", str(desk)).code == 2


def test_an_answer_in_brief_says_where_all_of_it_is(irrupt: Irrupt, desk: Path) -> None:
    asked = ("compare", str(desk), "--act", "bypass: {client: Hospital A, skips: Triage}", "-n", "3", "--weeks", "2")
    brief, whole = irrupt(*asked), irrupt(*asked, "--verbose")
    assert "--verbose" in brief.err
    assert "--verbose" not in whole.err + irrupt(*asked, "--quiet").err
    assert len(brief.out.splitlines()) < 25 < len(whole.out.splitlines())


def test_a_file_of_another_kind_is_named_as_what_it_is(irrupt: Irrupt, desk: Path, scenario: Path) -> None:
    """Instead of a list of keys that do not belong there."""
    assert irrupt("rules", str(desk)).err == f"{desk}  this is an organisation; expected a rulebook\n"
    assert "this is an organisation; expected a scenario" in irrupt("compare", str(desk), str(desk)).err
    assert "this is a scenario; expected an organisation" in irrupt("compare", str(scenario), str(scenario)).err


@pytest.mark.parametrize("command", ["see", "compare"])
def test_a_report_that_cannot_be_written_is_told_before_the_work(
    irrupt: Irrupt, tickets: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("irrupt.cli.paths.read", lambda *_: pytest.fail("the work was begun"))
    said = irrupt(command, str(tickets), "--report", str(tmp_path / "none" / "report.html"))
    assert said.code == 2
    assert said.err.endswith("report.html  cannot be written: no such file or folder\n")


@pytest.mark.slow
def test_a_terminal_without_unicode_is_told_in_plain_signs(tickets: Path) -> None:
    """As when the answer is redirected to a file on Windows."""
    command = [sys.executable, "-m", "irrupt", "see", str(tickets), "--lang", "fr"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "100"}
    said = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert said.returncode == 0, said.stderr
    text = said.stdout.decode("ascii")
    assert "?" not in text
    assert "Hospital A" in text


@pytest.mark.parametrize(
    ("encoding", "arguments", "expected"),
    [("ascii", ["--json"], "dossier"), ("cp1252", ["--json"], "dossier"), ("cp1252", [], "Hospital A")],
)
def test_what_a_stream_cannot_hold_is_written_in_plain_signs(
    irrupt: Irrupt, tickets: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, arguments: list[str], expected: str
) -> None:
    """As in a process of its own whose output is encoded so."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, errors="strict"))
    said = irrupt("see", str(tickets), "--lang", "fr", *arguments)
    sys.stdout.flush()
    assert said.code == 0, said.err
    text = written.getvalue().decode(encoding)
    if arguments:
        text = json.loads(text)["findings"][0]["text"]
    else:
        assert "?" not in text
    assert expected in text


def test_a_bug_of_ours_is_told_without_a_traceback(
    irrupt: Irrupt, tickets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("irrupt.cli.seeing.see", broken)
    said = irrupt("see", str(tickets))
    assert said.code == 1
    assert "ZeroDivisionError" in said.err
    assert "Traceback" not in said.err


def test_interruption_ends_with_130(irrupt: Irrupt, tickets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("irrupt.cli.seeing.see", stopped)
    assert irrupt("see", str(tickets)).code == 130


def test_what_was_finished_before_an_interruption_is_said_to_be_kept(
    irrupt: Irrupt, desk: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where a store holds it: one that was begun, or is none, does not."""
    stored = ["compare", str(desk), str(scenario), "--replications", "2", "--store"]
    assert irrupt(*stored, "runs.sqlite").code == 0
    with Store(Path("begun.sqlite")):
        pass
    Path("none.sqlite").touch()

    def stopped(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("irrupt.cli.paths.compare", stopped)
    for name in ("new.sqlite", "begun.sqlite", "none.sqlite"):
        assert irrupt(*stored, name).err == "Stopped. Nothing was written.\n"
    said = irrupt(*stored, "runs.sqlite")
    assert (said.code, said.err) == (130, "Stopped. The pairs of runs that were finished are in runs.sqlite.\n")


BOOK = """\
rulebook: Hospital A and the desk
rules:
  Soon: {text: Repaired within a day., binds: {within: 1 day, to: Triaged, client: Hospital A}}
  Never: {text: No night work., binds: {never: Night shift}}
changes:
  - time: 2024-01-10
    author: Hospital A
    rule: Soon
    becomes: {binds: {within: 1 min, to: Triaged, client: Hospital A}}
    organising hours: 2
"""


def test_whether_a_log_keeps_a_rulebook_is_told_with_its_cases(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(BOOK)
    said = irrupt("kept", str(book), str(tickets))
    assert said.code == 1
    assert "is kept" in said.out
    assert "is broken" in said.out
    data = json.loads(irrupt("kept", str(book), str(tickets), "--json").out)
    assert [(rule["name"], rule["answer"]) for rule in data["rules"]] == [
        ("Soon", "kept"),
        ("Soon", "broken"),
        ("Never", "kept"),
    ]
    assert len(data["rules"][1]["cases"]) == data["rules"][1]["broken"] > 0
    book.write_text(BOOK.replace("1 min", "2 days"))
    assert irrupt("kept", str(book), str(tickets)).code == 0


def test_the_rules_of_a_day_and_their_history_are_shown(irrupt: Irrupt, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(BOOK)
    said = irrupt("rules", str(book), "--at", "2024-01-05")
    assert said.code == 0
    assert "2 rules in force on 5 Jan 2024" in said.out
    data = json.loads(irrupt("rules", str(book), "--at", "2024-01-05", "--json").out)
    assert data["in_force"]["Soon"]["binds"]["within"] == "1 day"
    assert [(change["author"], change["organising_hours"], change["authority"]) for change in data["changes"]] == [
        ("Hospital A", 2.0, "agreed")
    ]
    since = ("--since", "2024-01-01", "--at", "2024-02-01")
    differs = irrupt("rules", str(book), *since, "--output", str(tmp_path / "changes.csv"))
    assert "What differs from 1 Jan 2024" in differs.out
    assert (tmp_path / "changes.csv").read_text().count("Hospital A") >= 1
    assert set(json.loads(irrupt("rules", str(book), *since, "--json").out)["differs"]) == {"Soon"}
    earlier = json.loads(irrupt("rules", str(book), "--since", "2023-01-01", "--at", "2023-02-01", "--json").out)
    assert (earlier["differs"], earlier["changes"]) == ({}, []), "what came later is not of these weeks"
    assert json.loads(irrupt("rules", str(book), "--author", "Nobody", "--json").out)["changes"] == []
    assert json.loads(irrupt("rules", str(book), "--rule", "Soon", "--json").out)["changes"] == data["changes"]
    assert irrupt("rules", str(book), "--output", "changes.txt").code == 2
    assert irrupt("rules", str(tmp_path / "none.yaml")).code == 2
    french = irrupt("rules", str(book), "--lang", "fr")
    assert "règles en vigueur" in french.out


@pytest.mark.slow
def test_a_bundled_case_tells_its_question_and_writes_its_story(irrupt: Irrupt) -> None:
    said = irrupt("demo", "chemicals", "-n", "2", "--weeks", "1", "-o", "chemicals.html")
    assert said.code == 0, said.err
    assert "certificate" in said.out
    page = Path("chemicals.html").read_text(encoding="utf-8")
    assert '<section id="story">' in page
    assert "irrupt demo chemicals --replications 2 --seed 1 --weeks 1" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert irrupt("demo", "chemical").code == 2


def test_parties_answer_before_anything_is_compared(irrupt: Irrupt, desk: Path) -> None:
    acts = "priority: {team: Network}\n        force: negotiated\n      - bypass: {skips: Triage}"
    file = Path("parties.yaml")
    file.write_text(
        f"warm up: 1 week\nparties:\n  Hospital A:\n    repertoire:\n      - {acts}\n  Shops: {{answers: refuse}}\n"
    )
    said = irrupt("compare", str(desk), str(file), "-n", "2", "--weeks", "1", "--json")
    assert said.code == 0, said.err
    answer = json.loads(said.out)
    assert [[next(iter(act)) for act in acts] for acts in answer["provenance"]["scenarios"].values()] == [["bypass"]]
    assert "Refused by Shops: priority: Hospital A." in answer["notes"]
    assert answer["provenance"]["answers"] == answer["notes"][:2]
    assert [one["party"] for one in answer["parties"]] == ["Shops"]
    file.write_text(file.read_text().replace("      - bypass: {skips: Triage}\n", ""))
    refused = irrupt("compare", str(desk), str(file), "--report", "r.html", "--quiet")
    assert refused.code == 0, "that all is refused is an answer"
    assert "Nothing changes, since everything is refused." in refused.out
    assert "Refused by Shops: priority: Hospital A" in refused.out
    assert "No file was written" in refused.err
    assert not Path("r.html").exists()


def test_where_all_that_was_to_be_tried_is_refused_nothing_changes(irrupt: Irrupt, desk: Path) -> None:
    """It ended as if the scenario were wrong."""
    file = Path("refused.yaml")
    file.write_text(
        "compare: [Hospital A: [{priority: {team: Network}, force: negotiated}]]\n"
        "answers: {Shops: [refuse: priority]}\n"
    )
    said = irrupt("compare", str(desk), str(file))
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "Nothing changes, since everything is refused.",
        "Refused by Shops: priority: Hospital A.",
    ]
    told = json.loads(irrupt("compare", str(desk), str(file), "--json").out)
    assert told == {"nothing_changes": True, "notes": ["Refused by Shops: priority: Hospital A."]}


SIGNED = """
compare:
  - Hospital A:
      - priority: {team: Network}
        author: Managment
        force: negotiated
        agreed by: [Netwrok, Agency, Hospital B]
        visible to: [Shps]
parties:
  Hospital A: {invited by: Mangement}
answers:
  Agency: [refuse: priority]
  Nobody: [refuse: priority]
  Quality: [refuse: priority]
  Netwrok: [refuse: priority]
"""


def test_parties_who_are_misspelt_are_told_with_their_places(irrupt: Irrupt, desk: Path) -> None:
    """That all is refused, by somebody who is not there, was an answer; others signed as if they were there. Who is
    known otherwise may answer, and who is like nobody may sign: an agency, another hospital."""
    file = Path("signed.yaml")
    file.write_text(SIGNED)
    said = irrupt("compare", str(desk), str(file))
    assert said.code == 1
    assert said.out == ""
    assert said.err.splitlines() == [
        'signed.yaml:13:3  no party "Nobody"; known: Desk, Hospital A, Management, Network, Shops',
        'signed.yaml:15:3  no party "Netwrok"; did you mean "Network"?',
        'signed.yaml:4:9  author: no party "Managment"; did you mean "Management"?',
        'signed.yaml:4:9  agreed by: no party "Netwrok"; did you mean "Network"?',
        'signed.yaml:4:9  visible to: no party "Shps"; did you mean "Shops"?',
        'signed.yaml:10:3  invited by: no party "Mangement"; did you mean "Management"?',
        "6 problems",
    ]


def test_who_is_shown_records_and_is_misspelt_is_told(irrupt: Irrupt, desk: Path) -> None:
    """They were shown to somebody of whom nobody has heard; an auditor may be anybody."""
    file = Path("shown.yaml")
    file.write_text("compare:\n  - Shops: {traceability: {activity: Repair, shown to: [Netwrk, Auditor, Shops]}}\n")
    said = irrupt("compare", str(desk), str(file))
    assert (said.code, said.out) == (1, "")
    (told,) = said.err.splitlines()
    assert told.endswith('  shown to: no party "Netwrk"; did you mean "Network"?')


def test_what_an_answer_makes_and_cannot_be_done_is_told_with_its_place(irrupt: Irrupt, desk: Path) -> None:
    """It came with the file alone, once for each of those whom it was asked of; of a policy, once it was tried."""
    file, priced = Path("priced.yaml"), "no price of {client} is known"
    acts = "compare:\n  - Hospital A: [priority: {team: Network}]\n  - Shops: [priority: {team: Network}]\n"
    file.write_text(f"{acts}answers:\n  Management:\n    - price: {{for: priority, change: 5 %}}\n")
    for client, said in zip(
        ("Hospital A", "Shops"), irrupt("compare", str(desk), str(file)).err.splitlines(), strict=False
    ):
        assert said.startswith(f"priced.yaml:6:7  price: client: {priced.format(client=client)}")
    asks = "{bargain: {asks: [price: {client: Hospital A, change: 20 %}]}}"
    file.write_text(f"{acts}parties:\n  Management: {{answers: {asks}}}\n")
    assert irrupt("compare", str(desk), str(file)).err.startswith("priced.yaml:5:3  price: client: no price")


def test_who_refuses_all_of_it_on_a_log_is_there(irrupt: Irrupt, tickets: Path) -> None:
    """Whom clients and Management are, a log tells before it is learned from."""
    file = Path("refused.yaml")
    text = "compare: [Hospital A: [{bypass: {skips: Triaged}, force: negotiated}]]\nanswers: {NAME: [refuse: bypass]}\n"
    for name, code in (("Management", 0), ("Desk", 0), ("Mangement", 1)):
        file.write_text(text.replace("NAME", name))
        said = irrupt("compare", str(tickets), str(file), "--quiet")
        assert said.code == code, said.err
        assert ("Nothing changes" in said.out) is (code == 0)


def test_too_few_pairs_of_runs_for_power_are_refused_before_a_log_is_read(irrupt: Irrupt) -> None:
    said = irrupt("power", "nowhere.csv", "-n", "3")
    assert said.code == 2
    assert "at least 8" in said.err


@pytest.mark.one_in(2)
@pytest.mark.parametrize("times", [(), ("--weeks", "2")])
def test_what_a_report_says_to_type_makes_the_same_answer_again(
    irrupt: Irrupt, desk: Path, tmp_path: Path, times: tuple[str, ...]
) -> None:
    act = "priority: {client: Hospital A, team: Network}"
    first = irrupt(
        *("compare", str(desk), "--act", act, "-n", "2", *times, "--report", str(tmp_path / "r.html"), "--json")
    )
    page = html.unescape((tmp_path / "r.html").read_text(encoding="utf-8"))
    (typed,) = re.findall(r"irrupt compare [^<]*", page)
    again = irrupt(*shlex.split(typed)[1:])
    assert again.code == 0, (typed, again.err)
    assert json.loads(again.out)["effects"] == json.loads(first.out)["effects"]


def test_what_is_told_to_be_typed_reads_the_log_as_it_was_read(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """In a folder, with a quote in its name, and with what an option said: without it the clients would be others."""
    (tmp_path / "of us").mkdir()
    ir.simulate(ir.load(desk), weeks=3, seed=1).events.write_csv(tmp_path / "of us" / "log's.csv")
    read = ["of us/log's.csv", "--client", "team", "--from", "2024-01-08"]
    said = irrupt("see", *read)
    assert said.code == 0, said.err
    for told in (said.out.partition("To try")[2].partition(" --act")[0], said.err.partition("Pictures:")[2]):
        assert shlex.split(told)[2:] == read


@pytest.mark.slow
def test_a_command_alone_says_what_it_says_among_all(irrupt: Irrupt) -> None:
    """Only the one that is typed is put together."""
    for command in EXAMPLES:
        alone = irrupt(command, "--help")
        assert alone.code == 0
        assert (alone.code, alone.out) == irrupt("--lang", "en", command, "--help")[:2]
    assert all(f"│ {command} " in irrupt("--help").out for command in EXAMPLES)
    assert "compare" in irrupt("compar").err
