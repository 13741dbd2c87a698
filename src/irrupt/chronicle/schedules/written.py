"""What figures in messages mean: days, weeks, numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def day(text: str) -> datetime | None:
    """The day that six or eight figures name (YYMMDD, CCYYMMDD); None when there is no such day.

    >>> day("20240229"), day("240230")
    (datetime.datetime(2024, 2, 29, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    if len(text) == 6:
        text = ("19" if text[:2] >= "70" else "20") + text
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC) if text.isdigit() else None
    except ValueError:
        return None


def week(year: int, number_of_week: int) -> datetime | None:
    """Monday of a calendar week (ISO 8601); None when there is no such week."""
    try:
        monday = date.fromisocalendar(year, number_of_week, 1)
    except ValueError:
        return None
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)


def after(moment: datetime, days: int) -> datetime:
    """So many days later."""
    return moment + timedelta(days=days)


def decimal(text: str, mark: str = ".") -> float | None:
    """The number in *text*; None when there is none.

    >>> decimal("1200"), decimal("12,5"), decimal("x")
    (1200.0, 12.5, None)
    """
    try:
        value = float(text.strip().replace(mark, ".").replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None
