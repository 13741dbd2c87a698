"""`see`: event logs, schedules and orders are each looked at in their own way."""

from __future__ import annotations

from collections.abc import Mapping

from irrupt.arguments import as_annotated
from irrupt.chronicle import Chronicle
from irrupt.ledgers import instability
from irrupt.sight.announced import Rates, ScheduleSight
from irrupt.sight.look import see as see_log
from irrupt.sight.model import Sight
from irrupt.sight.orders import see_orders
from irrupt.sight.procedure import Procedure
from irrupt.sight.records import Starts
from irrupt.sight.schedules import see_schedules


@as_annotated
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
    """Find what clients do in *chronicle*: in its event log, or in its schedules or orders if it has no log.

    For event logs (`irrupt.sight.look.see`):

    - *clients* maps each client to the client or group that it is shown as;
    - *use_period* leaves out the ends of the log in which hardly any case begins;
    - *starts* estimates start times where there are none;
    - *prescribed* is a written procedure, against which the conformance of cases is checked.

    For schedules (`irrupt.sight.schedules.see_schedules`):

    - *band*: the share by which what is bought may deviate from what was announced;
    - *tolerance*: the share by which a quantity may move and still count as unchanged;
    - *rates*: the hours that moved quantities cost.

    Raises `DataError` if no event has a time or nothing is announced, `UsageError` if *chronicle* is not a Chronicle
    (`irrupt.read` makes one).

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> sight = see(simulate(counter(), weeks=4, seed=1))
    >>> sight.findings[0].text[:12]
    'A case takes'
    """
    if not chronicle.only_schedules:
        return see_log(chronicle, clients=clients, use_period=use_period, starts=starts, prescribed=prescribed)
    if set(chronicle.schedules["kind"].unique()) == {"order"}:
        return see_orders(chronicle)
    return see_schedules(chronicle, band=band, tolerance=tolerance, rates=rates)
