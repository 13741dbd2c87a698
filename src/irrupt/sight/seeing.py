"""`see`: event logs, schedules and orders are each looked at in their own way."""

from __future__ import annotations

from collections.abc import Mapping

from irrupt.chronicle import Chronicle
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.ledgers import instability
from irrupt.sight.announced import Rates, ScheduleSight
from irrupt.sight.look import see as see_log
from irrupt.sight.model import Sight
from irrupt.sight.orders import see_orders
from irrupt.sight.procedure import Procedure
from irrupt.sight.records import Starts
from irrupt.sight.schedules import see_schedules


def has_schedules(chronicle: Chronicle) -> bool:
    """Whether *chronicle* holds schedules or orders instead of an event log."""
    return not chronicle.events.height and chronicle.schedules.height > 0


def see(
    chronicle: Chronicle,
    *,
    clients: Mapping[str, str] | None = None,
    use_period: bool = True,
    starts: Starts | None = None,
    prescribed: Procedure | None = None,
    band: float = instability.BAND,
    tolerance: float = instability.TOLERANCE,
    rates: Rates | None = None,
) -> Sight | ScheduleSight:
    """See the client in *chronicle*: in its event log, or in its schedules or orders where it has no log.

    For logs, *clients* says as which party each client is shown, *use_period* leaves out ends in which hardly any case
    begins, *starts* estimates start times, *prescribed* is a written procedure that cases are held against: see
    `irrupt.sight.look.see`. For schedules, *band* is the share by which
    what is bought may leave what was announced, *tolerance* the one by which a quantity may move and still count as
    unchanged, and *rates* tells the hours that moved quantities cost: see `irrupt.sight.schedules.see_schedules`.

    Raises `DataError` when no event has a time, or nothing is announced, `UsageError` for what was not read yet.
    """
    if not isinstance(chronicle, Chronicle):
        found, expected = type(chronicle).__name__, _("a Chronicle")
        raise UsageError(Fault("see", found, expected, _("read it first: see(read(…))")))
    if not has_schedules(chronicle):
        return see_log(chronicle, clients=clients, use_period=use_period, starts=starts, prescribed=prescribed)
    if set(chronicle.schedules["kind"].unique()) == {"order"}:
        return see_orders(chronicle)
    return see_schedules(chronicle, band=band, tolerance=tolerance, rates=rates)
