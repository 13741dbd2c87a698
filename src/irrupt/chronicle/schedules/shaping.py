"""Tables of schedules as they are usually laid out, from the ways in which planners lay them out."""

from __future__ import annotations

from collections.abc import Mapping

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.accounts import with_calendar_names
from irrupt.chronicle.schedules.calendar_weeks import ACROSS, with_calendar
from irrupt.chronicle.schedules.changes import with_changes
from irrupt.chronicle.schedules.counted_cells import with_days_in_cells
from irrupt.chronicle.schedules.headings import issued_by_name, with_days_across, with_weeks_across, with_years_across
from irrupt.chronicle.schedules.labelled import without_words
from irrupt.chronicle.schedules.lags import with_lags
from irrupt.chronicle.schedules.marks import with_marks_above
from irrupt.chronicle.schedules.monthly import without_sums_of_periods
from irrupt.chronicle.schedules.movements import with_demand
from irrupt.chronicle.schedules.near_and_far import with_near_and_far
from irrupt.chronicle.schedules.pairs import side_by_side
from irrupt.chronicle.schedules.scales import bare_periods
from irrupt.chronicle.schedules.sides import taken_together
from irrupt.chronicle.schedules.told_twice import told_once
from irrupt.chronicle.schedules.years import with_weeks_beside, with_years


def shaped(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw* with periods above columns that bear their year and nothing else, a row for each kind of quantity that has
    columns of its own, one column of quantities, weeks for the dates that end them, and of what comes and goes of a
    material only the demand. *mapping*, *form*: as asked, see `irrupt.read`. What is done is noted.
    """
    named = with_near_and_far(raw, mapping)
    if named.frame is not raw.frame:
        mapping = {role: text for role, text in mapping.items() if role != ACROSS}
    raw = named
    raw = with_days_in_cells(with_marks_above(raw), mapping)
    raw = with_changes(with_lags(with_demand(raw, mapping), mapping), mapping)
    raw = without_words(
        side_by_side(bare_periods(with_days_across(with_weeks_across(with_calendar_names(told_once(raw)))))), mapping
    )
    raw = without_sums_of_periods(raw)
    raw = with_calendar(taken_together(raw, mapping), mapping, form)
    raw = with_years(with_years_across(raw, mapping, form), mapping, form)
    raw = with_weeks_beside(raw, mapping, form)
    return issued_by_name(raw, mapping)
