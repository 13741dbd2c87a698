"""The legs of the way for schedules and orders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from irrupt.cli import screen
from irrupt.cli.groups import Answer, Planning
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.chronicle import Chronicle
    from irrupt.sight import ScheduleSight, Sight


def see(chronicle: Chronicle, planning: Planning, answer: Answer) -> Sight | ScheduleSight:
    """What clients do in the schedules or orders of *chronicle*."""
    from irrupt.sight import see as look
    from irrupt.sight.rates import load_rates

    rates = load_rates(planning.rates) if planning.rates is not None else None
    band, tolerance = _share(planning.band, "--band", 0.2), _share(planning.tolerance, "--tolerance", 0.05)
    with screen.progress(_("looking"), quiet=answer.quiet):
        return look(chronicle, band=band, tolerance=tolerance, rates=rates)


def _share(text: str | None, option: str, usual: float) -> float:
    """A share written as `0.15` or `15 %`."""
    if text is None:
        return usual
    figures = text.replace("%", "").replace(",", ".").strip()
    try:
        value = float(figures) / (100 if "%" in text else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise UsageError(Fault(option, text, _("a share such as 15% or 0.15")))
    return value


def asked_for(
    chronicle: Chronicle, planning: Planning, log: Path, of_logs: Mapping[str, object] | None = None
) -> Chronicle:
    """*chronicle*, or its schedules alone where they are asked for.

    Raises `UsageError` when it has none, and for options of the other kind of records: those that say how schedules are
    judged, or those *of_logs*, by name."""
    from irrupt.sight.seeing import idle

    if planning.schedules and not chronicle.schedules.height:
        from irrupt.chronicle.schedules.recognising import could_hold_quantities

        quantity = could_hold_quantities(chronicle.events)
        orders = _("if its rows are orders, say {option}").format(option=f'--map "quantity={quantity}"')
        remedy = _("leave out --schedules") if quantity is None else orders
        raise UsageError(Fault(log.name, _("holds no schedules"), remedy=remedy))
    asked = chronicle.with_events(chronicle.events.clear()) if planning.schedules else chronicle
    of_plans = {"--band": planning.band, "--tolerance": planning.tolerance, "--rates": planning.rates}
    beside = _("--schedules looks at those that it holds, too")
    if faults := list(idle(asked, log.name, of_logs or {}, of_plans, beside)):
        raise UsageError(faults)
    return asked


def say_unclear_dates(chronicle: Chronicle) -> None:
    """Say how dates were read where nothing tells the day from the month, as all that follows hangs on it."""
    from irrupt.chronicle.checks import unclear_dates

    for said in unclear_dates(chronicle):
        screen.say(said)


def need_log(chronicle: Chronicle, log: Path) -> None:
    """Raise `UsageError` when *chronicle* holds schedules or orders, which no organisation can be learned from."""
    if chronicle.only_schedules:
        orders = set(chronicle.schedules["kind"].unique()) == {"order"}
        held = _("holds orders, without the steps of their handling") if orders else _("holds schedules")
        raise UsageError(Fault(log.name, held, _("an event log"), f"irrupt see {log}"))
