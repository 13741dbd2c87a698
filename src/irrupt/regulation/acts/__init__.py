"""What a client-organiser can do. The mechanism is written here, never the sign of a distant effect.

One module for each kind of rules: `demand`, `procedure`, `allocation`, `workforce`.
"""

from irrupt.regulation.acts.allocation import Priority
from irrupt.regulation.acts.demand import Appointment, LateChange, Volume
from irrupt.regulation.acts.procedure import Bypass, Certification, CompleteFile, ImposedCheck
from irrupt.regulation.acts.signature import ALL_CLIENTS, MANAGEMENT, Signature
from irrupt.regulation.acts.workforce import FlexibilityDemand, StaffLeave

BUILT_IN = (
    Priority,
    ImposedCheck,
    Bypass,
    Certification,
    CompleteFile,
    Volume,
    Appointment,
    LateChange,
    FlexibilityDemand,
    StaffLeave,
)

__all__ = [
    "ALL_CLIENTS",
    "BUILT_IN",
    "MANAGEMENT",
    "Appointment",
    "Bypass",
    "Certification",
    "CompleteFile",
    "FlexibilityDemand",
    "ImposedCheck",
    "LateChange",
    "Priority",
    "Signature",
    "StaffLeave",
    "Volume",
]
