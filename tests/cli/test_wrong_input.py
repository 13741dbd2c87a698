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
    "heads.csv": b"case,activity,end\n",
    "clients.csv": b"case,activity,end,client\nA,Open,2024-01-01 09:00,Shops\nB,Open,2024-01-02 09:00,Bank\n",
    "others.csv": b"foo,bar\n1,2\n3,4\n",
    "words.txt": b"hello\nworld\n",
    "binary.csv": bytes(range(256)) * 4,
    "binary.parquet": bytes(range(1, 256)) * 4,
    "cut.xes": b'<?xml version="1.0"?>\n<log><trace><event>',
    "page.xes": b"<html></html>",
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
    "much.yaml": b"compare:\n  - Shops: [volume: {change: 20}]\n",
    "client.yaml": ACT.replace("Shops", "Shop").encode(),
    "latin.yaml": "compare:\n  - Hôpital: []\n".encode("latin-1"),
}


def scenario(name: str) -> tuple[str, ...]:
    return ("compare", "desk.yaml", name)


CASES: dict[tuple[str, ...], tuple[str, str]] = {
    ("see", "missing.csv"): ("missing.csv", "no such file"),
    ("see", "."): (".", "folder"),
    ("see", "empty.csv"): ("empty.csv", "the file is empty"),
    ("see", "heads.csv"): ("heads.csv", "no rows below"),
    ("see", "others.csv"): ("others.csv", "--map case=COLUMN"),
    ("see", "words.txt"): ("words.txt", "only one column"),
    ("see", "binary.csv"): ("binary.csv", "not text"),
    ("see", "binary.parquet"): ("binary.parquet", "not text"),
    ("see", "cut.xes"): ("cut.xes:2", "may be cut short"),
    ("see", "page.xes"): ("page.xes", "not an event log in XES"),
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
    scenario("latin.yaml"): ("latin.yaml:2", "not text in UTF-8"),
    (*scenario("good.yaml"), "--report", "."): (".", "cannot be written"),
    (*scenario("good.yaml"), "--weeks", "-3"): ("weeks", "more than 0"),
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
