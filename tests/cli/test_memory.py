"""A lack of memory is told before a log is read, or else when it comes: in a sentence, never as a traceback."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irrupt.chronicle import room
from irrupt.cli.guard import guarded

NEEDS = {"en": "events will take about", "fr": "événements prendront environ"}
NO_MORE = {"en": "There is not enough memory for this", "fr": "Il n’y a pas assez de mémoire pour cela"}
COMMANDS = (
    ("see",),
    ("discover", "--no-fidelity"),
    ("compare", "--act", "priority: {client: Hospital A, team: Network}", "--replications", "2", "--weeks", "1"),
)
TRY = {"en": "or --anyway, to try it", "fr": "ou --anyway, pour essayer"}


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, Path], None]:
    """Free memory is so many times what the log will take, which counts as large."""

    def set_to(share: float, log: Path) -> None:
        monkeypatch.setattr(room, "_LEAST", 1_000)
        found = room.room_for(log, free=1)
        assert found is not None
        monkeypatch.setattr(room, "free_memory", lambda: round(share * found.needed))

    return set_to


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_that_memory_may_not_do_is_told_in_one_line_and_the_log_is_read(
    irrupt: Any, tickets: Path, free: Any, lang: str
) -> None:
    free(0.8, tickets)
    said = irrupt("problems", str(tickets), "--lang", lang)
    assert said.code == 0
    line = next(line for line in said.err.splitlines() if NEEDS[lang] in line)
    assert line.startswith(tickets.name)
    assert TRY[lang] not in line


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_log_that_is_far_too_large_is_refused_unless_it_is_asked_for_anyway(
    irrupt: Any, tickets: Path, free: Any, lang: str
) -> None:
    free(0.3, tickets)
    said = irrupt("see", str(tickets), "--lang", lang)
    assert (said.code, said.out) == (1, "")
    assert NEEDS[lang] in said.err
    assert TRY[lang] in said.err
    said = irrupt("see", str(tickets), "--lang", lang, "--anyway")
    assert said.code == 0
    assert NEEDS[lang] in said.err


def test_what_would_do_for_seeing_a_log_may_not_do_for_learning_from_it(irrupt: Any, tickets: Path, free: Any) -> None:
    free(1.0, tickets)
    asked = {command: irrupt(command, str(tickets), *rest).err for command, *rest in COMMANDS}
    assert {command for command, said in asked.items() if NEEDS["en"] in said} == {"discover", "compare"}


def test_nothing_is_told_where_memory_will_do(irrupt: Any, tickets: Path, free: Any) -> None:
    free(1.0, tickets)
    assert NEEDS["en"] not in irrupt("problems", str(tickets)).err


class PanicException(BaseException):
    """As libraries written in Rust raise it."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("can't start new thread"),
        PanicException("called `Result::unwrap()` on an `Err` value: TryReserveError { kind: AllocError }"),
    ],
)
def test_a_lack_of_memory_is_told_in_whatever_way_it_shows(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as end:
        guarded(command)()
    assert end.value.code == 1
    assert NO_MORE["en"] in capsys.readouterr().err


def test_a_panic_for_another_reason_is_told_as_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise PanicException("index out of bounds")

    with pytest.raises(SystemExit):
        guarded(command)()
    told = capsys.readouterr().err
    assert "PanicException: index out of bounds" in told
    assert NO_MORE["en"] not in told
