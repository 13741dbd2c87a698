"""Shared by the tests of records: where real logs lie, and files with given text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from irrupt.chronicle import Chronicle, read

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
def file(tmp_path: Path) -> Callable[..., Path]:
    """A file with the text or bytes given."""

    def make(content: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
