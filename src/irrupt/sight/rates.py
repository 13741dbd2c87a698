"""The file that says what moved quantities cost."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from irrupt.errors import Fault, ModelError, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.sight.announced import Rates

KEYS = ("hours per piece", "short notice", "parts")


def load_rates(path: Path) -> Rates:
    """The rates in the YAML file *path*: `hours per piece`, and if wanted `short notice` (periods) and `parts` (part:
    hours per piece). Raises `UsageError` with all faults.
    """
    from irrupt.yaml_marks import in_order, read

    try:
        document = read(path)
    except ModelError as error:
        raise UsageError(error.faults) from None
    content = document.data
    if not isinstance(content, dict):
        raise UsageError(Fault(str(path), _("no rates"), "hours per piece: 0.05"))
    faults = [
        Fault(document.place((key,), key=True), f'"{key}"', remedy=did_you_mean(key, KEYS))
        for key in content
        if key not in KEYS
    ]
    parts = content.get("parts", {})
    if not isinstance(parts, dict):
        faults.append(Fault(document.place(("parts",)), f"parts: {parts}", _("part: hours per piece")))
        parts = {}
    numbers: dict[tuple[str, ...], Any] = {("hours per piece",): content.get("hours per piece")}
    numbers |= {("short notice",): content.get("short notice", "2")}
    numbers |= {("parts", part): hours for part, hours in parts.items()}
    faults += [
        Fault(document.place(at), f"{at[-1]}: {'–' if value is None else value}", _("a number from 0 on"))
        for at, value in numbers.items()
        if not _is_amount(value)
    ]
    if faults:
        raise UsageError(in_order(faults))
    return Rates(
        hours_per_piece=float(content["hours per piece"]),
        parts={part: float(hours) for part, hours in parts.items()},
        short_notice=int(float(content.get("short notice", 2))),
        source=str(path),
        places={part: document.place(("parts", part), key=True) for part in parts},
    )


def check_parts(rates: Rates, known: Collection[str]) -> None:
    """Raise `UsageError` for each part of *rates* that is not among the *known* ones: its hours would count nowhere."""
    strangers = [part for part in rates.parts if part not in known]
    if strangers:
        found = _("a part that the schedules do not have")
        raise UsageError(
            Fault(
                rates.places.get(part, f"{rates.source}: parts"), f"{part}: {found}", remedy=did_you_mean(part, known)
            )
            for part in strangers
        )


def _is_amount(value: Any) -> bool:
    try:
        return isinstance(value, str) and 0 <= float(value) < 1e9
    except ValueError:
        return False
