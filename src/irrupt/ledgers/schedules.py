"""What each measure of schedules and of orders means. All belong to the market ledger, per client or per part."""

from __future__ import annotations

from irrupt.i18n import mark
from irrupt.ledgers.model import Measure


def _measure(
    name: str, unit: str, definition: str, source: str = "", least: float = 0.0, *, of_whole: bool = True
) -> Measure:
    return Measure(
        name=name,
        ledger="market",
        unit=unit,
        of="client",
        definition=definition,
        set_by=frozenset({"demand", "schedule"}),
        matters_least=least,
        source=source,
        of_whole=of_whole,
    )


NERVOUSNESS = _measure(
    mark("nervousness"),
    "share",
    mark(
        "How much of what one plan announced the next plan changes: absolute changes over the quantities announced "
        "before, each week ahead, or period where it is longer, weighing half as much as the one before it."
    ),
    "Sridharan, Berry & Udayabhanu 1988, Measuring Master Production Schedule Stability under Rolling Planning "
    "Horizons",
    0.005,
    of_whole=False,
)
ERROR = _measure(
    mark("error of the plan (WMAPE)"),
    "share",
    mark(
        "Absolute differences between what was announced so many periods ahead and what was bought, over what was "
        "bought: the mean absolute percentage error, weighted by quantity."
    ),
    "Kolassa & Schütz 2007, Advantages of the MAD/Mean Ratio over the MAPE",
    0.005,
    of_whole=False,
)
MAPE = _measure(
    mark("error of the plan (MAPE)"),
    "share",
    mark(
        "Mean over parts and periods of the absolute difference between what was announced and what was bought, as a "
        "share of what was bought. Periods in which nothing was bought are left out."
    ),
    "Makridakis, Wheelwright & Hyndman 1998, Forecasting: Methods and Applications",
    0.005,
    of_whole=False,
)
BIAS = _measure(
    mark("bias of the plan"),
    "share",
    mark(
        "What was announced so many periods ahead less what was bought, over what was bought: above nought, more was "
        "announced than bought."
    ),
    "",
    0.005,
    of_whole=False,
)
INFLATION = _measure(
    mark("inflation of the plan"),
    "share",
    mark(
        "Share of what was announced that was not bought, moves in time cancelling out: below nought, more was bought "
        "than announced."
    ),
    "Terwiesch, Ren, Ho & Cohen 2005, An Empirical Analysis of Forecast Sharing in the Semiconductor Equipment Supply "
    "Chain",
    0.005,
    of_whole=False,
)
BREACHES = _measure(
    mark("band breaches"),
    "share",
    mark(
        "Share of parts and periods in which what was bought lies outside of a band around what was announced so many "
        "periods ahead."
    ),
    "Tsay 1999, The Quantity Flexibility Contract and Supplier-Customer Incentives",
    0.005,
)
NOTICE = _measure(
    mark("notice of change"),
    mark("days"),
    mark(
        "Days from a change to the period that it is for, where a quantity moves by more than the tolerance: half of "
        "the quantity moved comes with less notice."
    ),
    "",
    1.0,
)
ANNOUNCED_FROZEN = _measure(
    mark("frozen periods, announced"),
    mark("periods"),
    mark("How many of the nearest periods plans mark as firm: the median over plans."),
    "",
    0.5,
)
EFFECTIVE_FROZEN = _measure(
    mark("frozen periods, in effect"),
    mark("periods"),
    mark(
        "For how many of the nearest periods what is announced stays, up to the tolerance, what the last plan says of "
        "them."
    ),
    "",
    0.5,
)
AMPLIFICATION = _measure(
    mark("variability of what is bought, over that of the plan"),
    "",
    mark(
        "Variance of what is bought per period over that of what was announced for the same periods: above one, the "
        "plan hides waves; below one, it makes them."
    ),
    "",
    0.1,
)
BULLWHIP = _measure(
    mark("bullwhip ratio"),
    "",
    mark(
        "Relative variance (variance over squared mean) of what is called off per period, over that of what is "
        "delivered: above one, orders vary more than the demand that they serve."
    ),
    "Chen, Drezner, Ryan & Simchi-Levi 2000, Quantifying the Bullwhip Effect in a Simple Supply Chain",
    0.1,
)
IN_PERIOD = _measure(
    mark("delivered in the period called off for"),
    "share",
    mark(
        "Of what was called off for a period, as last said, what was delivered in it, part by part; what comes more or "
        "elsewhere does not make up for it."
    ),
    "",
    0.01,
)
VARIABILITY = _measure(
    mark("variability of orders"),
    "",
    mark("Standard deviation of the quantities per week, or per month where orders are of months, over their mean."),
    "",
    0.05,
)
SHARE = _measure(mark("share of the total"), "share", mark("The party's part of all quantities ordered."), "", 0.005)
CONTRIBUTION = _measure(
    mark("share in the total's variance"),
    "share",
    mark(
        "Covariance of the party's quantity per period with the total, over the variance of the total: the shares "
        "of all parties add up to one. Below nought, he evens out what others do."
    ),
    "",
    0.005,
)
CANCELLED = _measure(
    mark("cancelled orders"),
    "share",
    mark("Share of orders that are cancelled or taken back."),
    "",
    0.005,
)
CONCENTRATION = _measure(
    mark("concentration (Gini)"),
    "",
    mark("How unevenly the total is spread over clients: 0 when all order the same, towards 1 when one orders all."),
    "Gini 1912",
    0.01,
)
HERFINDAHL = _measure(
    mark("effective number of clients"),
    mark("clients"),
    mark("One over the sum of squared shares: as many clients of equal size would be as concentrated."),
    "Herfindahl 1950; Hirschman 1945; Adelman 1969",
    0.5,
)
HOURS_MOVED = _measure(
    mark("hours moved at short notice"),
    mark("h a week"),
    mark("Hours of work for the quantities that are moved in or out within the short notice, a week."),
    "",
    0.5,
)

SCHEDULE_MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        NERVOUSNESS, ERROR, MAPE, BIAS, INFLATION, BREACHES, NOTICE, ANNOUNCED_FROZEN, EFFECTIVE_FROZEN, AMPLIFICATION,
        BULLWHIP, IN_PERIOD, HOURS_MOVED,
    )
}  # fmt: skip
"""Of plans with several versions."""
ORDER_MEASURES: dict[str, Measure] = {
    one.name: one for one in (VARIABILITY, SHARE, CONTRIBUTION, CANCELLED, CONCENTRATION, HERFINDAHL)
}
"""Of orders without plans."""
