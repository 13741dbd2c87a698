"""The rules in force: who asks for what, by which steps, done by whom and when."""

from irrupt.organisation.authorship import Rule
from irrupt.organisation.batch import Batch
from irrupt.organisation.distributions import Distribution, Older
from irrupt.organisation.files import dump, from_dict, json_schema, load, to_dict
from irrupt.organisation.hands import Hands
from irrupt.organisation.learned import Distance, Learned
from irrupt.organisation.model import Check, Client, Organisation, Patience, Route, Step, Team
from irrupt.organisation.returns import Return
from irrupt.organisation.rules import Claim, Edit, RuleChange, amended, difference, regulation
from irrupt.organisation.staff import Calendar, Person
from irrupt.organisation.validate import faults

__all__ = [
    "Batch",
    "Calendar",
    "Check",
    "Claim",
    "Client",
    "Distance",
    "Distribution",
    "Edit",
    "Hands",
    "Learned",
    "Older",
    "Organisation",
    "Patience",
    "Person",
    "Return",
    "Route",
    "Rule",
    "RuleChange",
    "Step",
    "Team",
    "amended",
    "difference",
    "dump",
    "faults",
    "from_dict",
    "json_schema",
    "load",
    "regulation",
    "to_dict",
]
