"""How long a run may be, and how much of it may be handed out at a time."""

from __future__ import annotations

import math

from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.units import MOST_WEEKS


def check(weeks: float, run_out_weeks: float, chunk: int) -> None:
    """Raise `UsageError` where a run cannot be that long, or not be handed out in chunks of so many rows.

    >>> check(26.0, 520.0, 65536)
    """
    if not (math.isfinite(weeks) and weeks >= 0 and math.isfinite(run_out_weeks) and run_out_weeks >= 0):
        raise UsageError(Fault("weeks", f"{weeks:g}, {run_out_weeks:g}", _("finite numbers, 0 or more")))
    if (longest := max(weeks, run_out_weeks)) > MOST_WEEKS:
        expected = _("{n} weeks at most").format(n=number(MOST_WEEKS, 0))
        raise UsageError(Fault("weeks", number(longest, 0), expected))
    if chunk < 1:
        raise UsageError(Fault("chunk", str(chunk), _("1 or more")))
