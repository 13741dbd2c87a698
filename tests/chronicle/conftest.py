"""Shared by the tests of records: where real logs lie, and files with given text."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from irrupt.chronicle import Chronicle, bundled, read

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """The path of a real log that lies beside the project; skips the test where it does not."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real log {name} is not beside the project")
        return path

    return find


@cache
def _read(path: Path) -> Chronicle:
    return read(path)


@pytest.fixture
def real(shared: Callable[[str], Path]) -> Callable[[str], Chronicle]:
    """A real log, read once for all tests."""
    return lambda name: _read(shared(name))


@pytest.fixture
def beginning(shared: Callable[[str], Path], tmp_path: Path) -> Callable[[str, int], Path]:
    """The first cases of a real log in XES that is large: benchmarks read it whole."""

    def cut(name: str, cases: int) -> Path:
        lines, left = [], cases
        with gzip.open(shared(name), "rt", encoding="utf-8") as stream:
            for line in stream:
                lines.append(line)
                left -= line.count("</trace>")
                if left == 0:
                    break
        path = tmp_path / "beginning.xes"
        path.write_text("".join([*lines, "</log>"]), encoding="utf-8")
        return path

    return cut


@pytest.fixture(scope="session")
def incidents() -> Chronicle:
    """The bundled log, read once."""
    return bundled()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A file with the text or bytes given."""

    def make(content: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
