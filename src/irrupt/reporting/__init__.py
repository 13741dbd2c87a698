"""Results for people and machines: one HTML page, the terminal, JSON. No logic of its own."""

from irrupt.reporting.machine import to_json
from irrupt.reporting.page import page, report
from irrupt.reporting.terminal import show

__all__ = ["page", "report", "show", "to_json"]
