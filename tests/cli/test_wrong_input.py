"""Input that cannot be right: one sentence each, with the file, what was found and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Irrupt = Callable[..., Any]

LOG = "case,activity,end\nA,Open,2024-01-01 09:00\nA,Close,2024-01-02 09:00\n"
ACT = "compare:\n  - Shops: [bypass: {skips: Triage}]\n"
FILES: dict[str, bytes] = {
    "empty.csv": b"",
    "page.csv": b"<!DOCTYPE html><html><head><title>Login</title></head><body>Session expired<br></body></html>",
    "old_page.csv": b"<HTML><body>Not found<br></body></HTML>",
    "heads.csv": b"case,activity,end\n",
    "clients.csv": b"case,activity,end,client\nA,Open,2024-01-01 09:00,Shops\nB,Open,2024-01-02 09:00,Bank\n",
    "others.csv": b"foo,bar\n1,2\n3,4\n",
    "words.txt": b"hello\nworld\n",
    "binary.csv": bytes(range(256)) * 4,
    "binary.parquet": bytes(range(1, 256)) * 4,
    "cut.xes": b'<?xml version="1.0"?>\n<log><trace><event>',
    "page.xes": b"<html></html>",
    "feed.xes": b"<rss></rss>",
    "paper.pdf": b"%PDF-1.4 and more",
    "no-dates.csv": LOG.replace("2024", "n.a. ").encode(),
    "list.yaml": b"- a\n",
    "blank.yaml": b"\n",
    "open.yaml": b"compare: [a\n",
    "tab.yaml": b"compare:\n\t- Shops: []\n",
    "twice.yaml": b"seed: 1\nseed: 2\n",
    "act.yaml": ACT.replace("bypass", "bypas").encode(),
    "parameter.yaml": ACT.replace("skips", "skip").encode(),
    "horizon.yaml": f"horizon: -3 weeks\n{ACT}".encode(),
    "many.yaml": f"replications: many\n{ACT}".encode(),
    "party.yaml": b"parties:\n  Shops:\n    repertoire: [bypass: {skips: Triage}]\n  Netwrk: {answers: calculate}\n",
    "answer.yaml": f"{ACT}answers:\n  Netwrk:\n    - price: {{for: bypass, change: 5 %}}\n".encode(),
    "empty.yaml": f"horizon:\n{ACT}".encode(),
    "over.yaml": b"compare:\n  - Shops: {bypass: {skips: Triage}, when: on time < 130 % over 4 weeks}\n",
    "whole.yaml": b"rulebook: A\nrules: {B: {text: C, author: Desk, binds: {measure: night work, at most: 1.3}}}\n",
    "much.yaml": b"compare:\n  - Shops: [volume: {change: 20}]\n",
    "client.yaml": ACT.replace("Shops", "Shop").encode(),
    "latin.yaml": "compare:\n  - Hôpital: []\n".encode("latin-1"),
}


def scenario(name: str) -> tuple[str, ...]:
    return ("compare", "desk.yaml", name)


CASES: dict[tuple[str, ...], tuple[str, str]] = {
    ("see", "missing.csv"): ("missing.csv", "no such file"),
    ("see", "."): (".", "folder"),
    ("see", "empty.csv"): ("empty.csv", "delivery schedules"),
    ("see", "page.csv"): ("page.csv", "is a web page"),
    ("see", "old_page.csv"): ("old_page.csv", "is a web page"),
    ("see", "heads.csv"): ("heads.csv", "no rows below"),
    ("see", "others.csv"): ("others.csv", "--map case=COLUMN"),
    ("see", "words.txt"): ("words.txt", "only one column"),
    ("see", "binary.csv"): ("binary.csv", "not text"),
    ("see", "binary.parquet"): ("binary.parquet", "not text"),
    ("see", "cut.xes"): ("cut.xes:2", "may be cut short"),
    ("see", "page.xes"): ("page.xes", "is a web page"),
    ("see", "feed.xes"): ("feed.xes", "not an event log in XES"),
    ("see", "paper.pdf"): ("paper.pdf", "this is PDF"),
    ("see", "no-dates.csv"): ("no-dates.csv", "no column tells when"),
    ("see", "good.csv", "--client", "custmer"): ("good.csv", 'no column "custmer"'),
    ("see", "good.csv", "--timezone", "Mars"): ("Mars", "expected Europe/Paris"),
    ("see", "good.csv", "--from", "yesterday"): ("--from", "a date such as"),
    ("compare", "clients.csv", "--act", "volume: {client: Shop, change: 0.1}"): ("volume: client", 'mean "Shops"'),
    ("compare", "desk.yaml"): ("--act", "nothing to try"),
    ("compare", "desk.yaml", "--act", "priority: {client: Shops, team: Netwrk}"): ("Netwrk", 'did you mean "Network"'),
    scenario("missing.yaml"): ("missing.yaml", "no such file"),
    scenario("list.yaml"): ("list.yaml:1:1", "a list"),
    scenario("blank.yaml"): ("blank.yaml", "nothing is written"),
    scenario("open.yaml"): ("open.yaml:2:1", "is not closed"),
    scenario("tab.yaml"): ("tab.yaml:2:1", "indent by spaces"),
    scenario("twice.yaml"): ("twice.yaml:2:1", "stands here twice"),
    scenario("act.yaml"): ("act.yaml:2:13", 'did you mean "bypass"'),
    scenario("parameter.yaml"): ("parameter.yaml:2:22", 'did you mean "skips"'),
    scenario("horizon.yaml"): ("horizon.yaml:1:10", "not a duration"),
    scenario("many.yaml"): ("many.yaml:1:15", "not a number"),
    scenario("empty.yaml"): ("empty.yaml:1:9", "nothing is written here: leave the key out"),
    scenario("over.yaml"): ("over.yaml", "130 % is not possible"),
    ("kept", "good.csv", "book.yaml"): ("book.yaml", "the rulebook comes first: irrupt kept RULEBOOK LOG"),
    ("kept", "whole.yaml", "good.csv"): ("whole.yaml:2", "write 0 to 100 %"),
    (
        *("search", "desk.yaml", "good.yaml", "--lower", "cycle time of Shops"),
        *("--at-least", "night work of every team: 130 %"),
    ): ("night work of every team", "write 0 to 100 %"),
    (
        *("sweep", "desk.yaml", "good.yaml", "--vary", "people > Amira > speed: 1, 2"),
        *("--lower", "cycle time of Shops", "--at-most", "night work of Desk: -1 %"),
    ): ("night work of Desk", "write 0 to 100 %"),
    scenario("latin.yaml"): ("latin.yaml:2", "not text in UTF-8"),
    (*scenario("good.yaml"), "--report", "."): (".", "cannot be written"),
    (*scenario("good.yaml"), "--weeks", "-3"): ("weeks", "more than 0"),
    (*scenario("good.yaml"), "--weeks", "450000"): ("weeks  450", "52,000 weeks at most"),
    ("simulate", "desk.yaml", "new.csv", "--weeks", "450000"): ("--weeks", "52,000 weeks at most"),
    (*scenario("good.yaml"), "-n", "1"): ("replications", "at least 2"),
    (*scenario("good.yaml"), "--precision", "soon"): ("precision", 'such as "2 %"'),
    (*scenario("good.yaml"), "--workers", "0"): ("--workers", "expected 1 or more"),
    scenario("client.yaml"): ("client.yaml:2:12  bypass: client", 'did you mean "Shops"'),
    scenario("party.yaml"): ("party.yaml:4:3", 'did you mean "Network"'),
    scenario("answer.yaml"): ("answer.yaml:4:3", 'did you mean "Network"'),
    scenario("much.yaml"): ("much.yaml:2:30", "write 20 % where that is meant"),
    ("rules", "desk.yaml"): ("desk.yaml", "this is an organisation"),
    ("convert", "good.csv", "out.doc"): ("out.doc", "unknown kind of file"),
    ("demo", "chemical"): ("chemical", 'did you mean "chemicals"'),
}


@pytest.fixture
def files(tmp_path: Path, desk: Path) -> None:
    for name, content in {**FILES, "good.csv": LOG.encode(), "good.yaml": ACT.encode()}.items():
        (tmp_path / name).write_bytes(content)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_each_is_told_with_its_place_and_what_to_do(irrupt: Irrupt, arguments: tuple[str, ...]) -> None:
    place, says = CASES[arguments]
    said = irrupt(*arguments)
    assert said.code in (1, 2)
    assert said.out == ""
    assert place in said.err
    assert says in said.err
    assert not {"Traceback", "bug"} & set(said.err.split())
    french = irrupt(*arguments, "--lang", "fr")
    assert french.code == said.code
    assert place in french.err
    assert says not in french.err
    assert not {"the", "expected", "found", "no", "not", "did"} & set(french.err.split())


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("command", [("compare",), ("search", "--lower", "cycle time of all clients")])
def test_a_scenario_alone_is_asked_on_what_to_try_it(irrupt: Irrupt, command: tuple[str, ...]) -> None:
    """“Nothing to try; expected a scenario file” was the answer to a scenario file."""
    said = irrupt(command[0], "good.yaml", *command[1:])
    assert said.code == 2
    assert "good.yaml  this is a scenario, which names no organisation; say on what to try it" in said.err


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "good.csv", "-o", "good.csv"),
        ("report", "good.csv", "-o", "./good.csv", "--act", "priority: {client: Shops, team: Network}"),
        ("see", "good.csv", "--report", "good.csv"),
        ("see", "good.csv", "--cases", "good.csv"),
        ("see", "good.csv", "--whose", "good.csv"),
        ("discover", "good.csv", "-o", "good.csv"),
        ("compare", "desk.yaml", "good.yaml", "--report", "good.yaml"),
        ("convert", "good.csv", "good.csv", "--force"),
        ("simulate", "desk.yaml", "desk.yaml", "--force"),
    ],
    ids=" ".join,
)
def test_what_is_read_is_never_overwritten(irrupt: Irrupt, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A report in the place of the log, by one wrong word, was all that was left of the records."""
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    said = irrupt(*arguments)
    assert said.code == 2
    assert "this is what it is made from; expected another file" in said.err
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


NOBODY = "{client: Nobody, team: Network}"
RATE = "clients > Nobody > cases per week: 1, 2"
MEASURED = "cycle time of Shops"
TYPED: list[tuple[str, ...]] = [
    ("see", "good.csv", "--client", "nothing"),
    ("see", "good.csv", "--groups", "nothing"),
    ("see", "good.csv", "--case-type", "nothing"),
    ("see", "good.csv", "--map", "team=nothing"),
    ("see", "good.csv", "--map", "nothing=state"),
    ("see", "good.csv", "--map", "waits=nothing"),
    ("see", "good.csv", "--map", "nothing.yaml"),
    ("see", "good.csv", "--map", "separator=nothing"),
    ("see", "good.csv", "--prescribed", "nothing.yaml"),
    ("see", "good.csv", "--timezone", "Nowhere"),
    ("convert", "good.csv", "out.csv", "--client", "nothing"),
    ("discover", "good.csv", "--map", "resource=nothing"),
    ("report", "good.csv", "--client", "nothing"),
    ("compare", "desk.yaml", "--act", f"priority: {NOBODY}"),
    ("compare", "desk.yaml", "--act", "priority: {client: Shops, team: Nothing}"),
    ("compare", "desk.yaml", "--act", "bypass: {client: Shops, skips: Nothing}"),
    ("compare", "desk.yaml", "--act", "nothing: {client: Shops}"),
    ("compare", "desk.yaml", "--act", "bypass: {nothing: Shops}"),
    ("compare", "good.csv", "--act", f"priority: {NOBODY}"),
    (*scenario("good.yaml"), "--behind", "Nobody"),
    (*scenario("good.yaml"), "--precision", "nothing: 2 %"),
    (*scenario("good.yaml"), "--open", "nothing.csv"),
    scenario("nothing.yaml"),
    ("power", "desk.yaml", "--party", "Nobody"),
    ("power", "desk.yaml", "--stakes", "Nobody: {cycle time: 1}"),
    ("power", "desk.yaml", "--stakes", "Shops: {nothing: 1}"),
    ("sweep", "desk.yaml", "good.yaml", "--measure", MEASURED, "--vary", RATE),
    ("sweep", "desk.yaml", "good.yaml", "--measure", MEASURED, "--vary", "bypass > nothing: 1, 2"),
    ("sweep", "desk.yaml", "good.yaml", "--measure", MEASURED, "--vary", "nothing > pace: 1, 2"),
    ("sweep", "desk.yaml", "good.yaml", "--measure", "nothing of Shops", "--vary", "people > Amira > speed: 1, 2"),
    ("sweep", "desk.yaml", "--act", f"priority: {NOBODY}", "--measure", MEASURED, "--vary", RATE),
    ("search", "desk.yaml", "good.yaml", "--lower", "nothing of Shops"),
    ("search", "desk.yaml", "good.yaml", "--lower", "cycle time of Nobody", "--weeks", "2", "-n", "2"),
    ("search", "desk.yaml", "good.yaml", "--lower", MEASURED, "--vary", RATE),
    ("search", "desk.yaml", "--act", f"priority: {NOBODY}", "--lower", MEASURED),
    ("simulate", "desk.yaml", "out.csv", "--act", f"priority: {NOBODY}"),
    ("agree", "book.yaml", "Nothing", "--by", "Desk", "--end"),
    ("rules", "book.yaml", "--rule", "Nothing"),
    ("rules", "nothing.yaml"),
    ("kept", "nothing.yaml", "good.csv"),
    ("results", "nothing.db"),
    ("demo", "nothing"),
    ("schema", "nothing"),
]
"""A name that does not exist, typed as or in an argument or option."""
WRITTEN: list[tuple[str, ...]] = [
    scenario("client.yaml"),
    scenario("party.yaml"),
    scenario("answer.yaml"),
    scenario("act.yaml"),
    scenario("parameter.yaml"),
    ("search", "desk.yaml", "client.yaml", "--lower", MEASURED),
    ("sweep", "desk.yaml", "client.yaml", "--measure", MEASURED, "--vary", "people > Amira > speed: 1, 2"),
]
"""The same in a file."""


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "code"), [*((one, 2) for one in TYPED), *((one, 1) for one in WRITTEN)], ids=lambda one: str(one)
)
def test_a_name_that_does_not_exist_ends_with_one_code(irrupt: Irrupt, arguments: tuple[str, ...], code: int) -> None:
    """2 where it was typed, 1 where a file names it: it was 1 or 2 by option."""
    Path("book.yaml").write_text("rulebook: Desk\nrules: {Once: {text: No second visit., author: Desk}}\n", "utf-8")
    said = irrupt(*arguments, "--quiet")
    assert said.err
    assert said.code == code, said.err


REPORTS: list[tuple[str, ...]] = [
    ("see", "good.csv", "--report"),
    ("discover", "good.csv", "--report"),
    ("kept", "book.yaml", "good.csv", "--report"),
    (*scenario("good.yaml"), "-n", "2", "--weeks", "1", "--report"),
    (*scenario("good.yaml"), "-n", "2", "--weeks", "1", "--behind", "Shops", "--report"),
    ("power", "desk.yaml", "--report"),
    ("rigidity", "desk.yaml", "--report"),
    ("search", "desk.yaml", "good.yaml", "--lower", MEASURED, "--report"),
    ("sweep", "desk.yaml", "good.yaml", "--measure", MEASURED, "--vary", "people > Amira > speed: 1, 2", "--report"),
    ("report", "good.csv", "-o"),
    ("demo", "citizen", "-n", "2", "--weeks", "1", "-o"),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("arguments", REPORTS, ids=" ".join)
def test_a_report_is_never_written_over_what_is_none(irrupt: Irrupt, arguments: tuple[str, ...]) -> None:
    """Notes in the place of which a report was to go were lost, and a report was called notes.txt."""
    Path("notes.html").write_text("<p>My own words.</p>", "utf-8")
    Path("book.yaml").write_text("rulebook: Desk\nrules: {Once: {text: No second visit., author: Desk}}\n", "utf-8")
    over, ending = irrupt(*arguments, "notes.html", "--quiet"), irrupt(*arguments, "notes.txt", "--quiet")
    assert (over.code, ending.code) == (2, 2)
    assert "notes.html  this file is no report that irrupt wrote; name another file" in over.err
    assert "notes.txt  unknown kind of file; expected .html" in ending.err
    assert Path("notes.html").read_text("utf-8") == "<p>My own words.</p>"
    assert not Path("notes.txt").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("arguments", [REPORTS[0], *REPORTS[2:5], REPORTS[-1]], ids=" ".join)
def test_a_report_is_called_as_one_likes_and_replaces_an_older_one(irrupt: Irrupt, arguments: tuple[str, ...]) -> None:
    Path("book.yaml").write_text("rulebook: Desk\nrules: {Once: {text: No second visit., author: Desk}}\n", "utf-8")
    Path("page.html").write_text("\n", "utf-8")  # as a program makes it that looks for a free name
    for title in ("Shops & wards", "For the board"):
        said = irrupt(*arguments, "page.html", "--title", title, "--quiet")
        assert said.code == 0, said.err
        text = Path("page.html").read_text("utf-8")
        assert f"<title>{title.replace('&', '&amp;')}</title>" in text
        assert f"<h1>{title.replace('&', '&amp;')}</h1>" in text


@pytest.mark.usefixtures("files")
def test_a_title_of_no_report_is_refused(irrupt: Irrupt) -> None:
    said = irrupt("see", "good.csv", "--title", "For the board")
    assert said.code == 2
    assert "expected a report that is called so: --report FILE" in said.err


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "command",
    [
        ("compare", "desk.yaml", "--act", "bypass: {client: Shops, skips: Triage}"),
        ("power", "desk.yaml"),
        ("search", "desk.yaml", "good.yaml", "--lower", MEASURED),
    ],
    ids=lambda command: command[0],
)
def test_options_that_say_how_to_read_a_log_are_refused_where_there_is_none(
    irrupt: Irrupt, command: tuple[str, ...]
) -> None:
    said = irrupt(*command, "--client", "nothing", "--from", "2024-03-01", "--map", "case=a", "--map", "end=b")
    assert said.code == 2
    assert [line.split()[0] for line in said.err.splitlines()[:3]] == ["--client", "--map", "--from"]
    assert "desk.yaml holds an organisation" in said.err


@pytest.mark.usefixtures("files")
def test_a_wrong_name_is_told_once_with_all_its_places_and_no_remark_is_built_on_it(
    irrupt: Irrupt, tmp_path: Path
) -> None:
    """It was told again at each answer, and before it came what the misspelt would refuse."""
    acts = "compare:\n  - Shosp: [bypass: {skips: Triage}]\n  - Shosp: [priority: {team: Network}]\n"
    answers = "answers:\n  Managment: [refuse: bypass]\n  Network: [serve less: {for: bypass, at: Network}]\n"
    (tmp_path / "names.yaml").write_text(f"{acts}{answers}", encoding="utf-8")
    said = irrupt("compare", "desk.yaml", "names.yaml").err
    assert said.count("Shosp") == 1
    assert "names.yaml:2:13  bypass: client: no client" in said
    assert "also at 3:13, 6:" in said
    assert "Would be refused" not in said
