"""The event log that comes with irrupt: incidents of an IT service, see `samples/ATTRIBUTION.md`."""

from __future__ import annotations

from pathlib import Path

from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.reading import read

BUNDLED = "incidents"
"""What a user types for it instead of a file."""


def bundled_path() -> Path:
    """The file of the bundled incident log.

    >>> bundled_path().name
    'incidents.parquet'
    """
    return Path(__file__).parents[1] / "samples" / "incidents.parquet"


def bundled() -> Chronicle:
    """The bundled incident log (24,918 cases; Amaral, Fantinato, Peres 2018, CC BY 4.0), read like any other file.

    >>> bundled()
    <Chronicle 'incidents.parquet': 24918 cases, 109517 events>
    """
    return read(bundled_path())
