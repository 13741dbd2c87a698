"""The file that says what moved quantities cost."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from irrupt.errors import Fault, UsageError, did_you_mean, unread
from irrupt.i18n import gettext as _
from irrupt.sight.announced import Rates

KEYS = ("hours per piece", "short notice", "parts")


def load_rates(path: Path) -> Rates:
    """The rates in the YAML file *path*: `hours per piece`, and if wanted `short notice` (periods) and `parts` (part:
    hours per piece). Raises `UsageError` with all faults.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(Fault(str(path), _("cannot be read: {reason}").format(reason=unread(error)))) from error
    if not isinstance(content, dict):
        raise UsageError(Fault(str(path), _("no rates"), "hours per piece: 0.05"))
    faults = [Fault(str(path), f'"{key}"', remedy=did_you_mean(str(key), KEYS)) for key in content if key not in KEYS]
    parts = content.get("parts", {})
    if not isinstance(parts, dict):
        faults.append(Fault(f"{path}: parts", str(parts), _("part: hours per piece")))
        parts = {}
    numbers = {"hours per piece": content.get("hours per piece"), "short notice": content.get("short notice", 2)}
    numbers |= {f"parts: {part}": hours for part, hours in parts.items()}
    faults += [
        Fault(f"{path}: {name}", "–" if value is None else str(value), _("a number from 0 on"))
        for name, value in numbers.items()
        if not _is_amount(value)
    ]
    if faults:
        raise UsageError(faults)
    return Rates(
        hours_per_piece=float(content["hours per piece"]),
        parts={str(part): float(hours) for part, hours in parts.items()},
        short_notice=int(content.get("short notice", 2)),
        source=str(path),
    )


def check_parts(rates: Rates, known: Collection[str]) -> None:
    """Raise `UsageError` for each part of *rates* that is not among the *known* ones: its hours would count nowhere."""
    strangers = [part for part in rates.parts if part not in known]
    if strangers:
        found = _("a part that the schedules do not have")
        raise UsageError(
            Fault(f"{rates.source}: parts: {part}", found, remedy=did_you_mean(part, known)) for part in strangers
        )


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
