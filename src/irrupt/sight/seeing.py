"""`see`: event logs, schedules and orders are each looked at in their own way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from irrupt.arguments import as_annotated
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
    (`irrupt.read` makes one), and for what says nothing of the records that it holds.

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> sight = see(simulate(counter(), weeks=4, seed=1))
    >>> sight.findings[0].text[:12]
    'A case takes'
    """
    of_logs = {"clients": clients, "use_period": None if use_period else False, "starts": starts}
    of_plans = {"band": None if band == instability.BAND else band, "rates": rates}
    of_plans["tolerance"] = None if tolerance == instability.TOLERANCE else tolerance
    if faults := list(
        idle(chronicle, chronicle.source or "chronicle", {**of_logs, "prescribed": prescribed}, of_plans)
    ):
        raise UsageError(faults)
    if not chronicle.only_schedules:
        return see_log(chronicle, clients=clients, use_period=use_period, starts=starts, prescribed=prescribed)
    if set(chronicle.schedules["kind"].unique()) == {"order"}:
        return see_orders(chronicle)
    return see_schedules(chronicle, band=band, tolerance=tolerance, rates=rates)


def idle(
    chronicle: Chronicle, called: str, of_logs: Mapping[str, object], of_plans: Mapping[str, object], beside: str = ""
) -> Iterator[Fault]:
    """What is asked *of logs* or *of plans* though *chronicle*, which is *called* so, holds none: an answer that passes
    over it would look as if it had been heeded. *beside* says how schedules are seen that stand beside a log."""
    held, asked, remedy = _("{file} holds schedules"), of_logs, _("leave it out")
    if not chronicle.only_schedules:
        held, asked = _("{file} holds an event log"), of_plans
        remedy = beside if beside and chronicle.schedules.height else remedy
    elif set(chronicle.schedules["kind"].unique()) == {"order"}:
        held, asked = _("{file} holds orders that no plan announced"), {**of_logs, **of_plans}
    for name, value in asked.items():
        if value is not None:
            expected = _("an event log") if name in of_logs else _("plans, as clients announce them")
            yield Fault(name, held.format(file=called), expected, remedy)
