"""Is the work loop right? Queues whose waits are known are run, and found beside expected."""

from irrupt.verify.cases import cases
from irrupt.verify.model import Case, Check, Finding
from irrupt.verify.run import report, verify

__all__ = ["Case", "Check", "Finding", "cases", "report", "verify"]
