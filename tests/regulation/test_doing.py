"""An act is done to the rules that are there by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pytest

from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.organisation import Claim, Edit, Organisation, RuleChange, Team
from irrupt.regulation import Bypass, ImposedCheck, SameHands
from irrupt.regulation.doing import done_to, done_without
from irrupt.regulation.when import When


@dataclass(frozen=True, kw_only=True)
class NewTeam:
    """A team of one name, each time that it is done."""

    name: ClassVar[str] = "new team"
    claim: ClassVar[Claim] = Claim(
        author="Management", aim="rigidity", measure="cycle time", party="all clients", expects="fall", text=""
    )
    client: None = None

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """A team that is not there."""
        edit = Edit(part="teams", key="New", before=None, after=Team())
        return (RuleChange(time=moment, author="Management", rule="a team is set up", edits=(edit,)),)


TWICE = {
    "both at once": [NewTeam(), NewTeam()],
    "again": [When(act=NewTeam(), condition="cycle time > 1 h over 1 week", again=1)],
}


@pytest.mark.parametrize("how", TWICE)
def test_an_act_that_adds_the_same_entry_once_more_is_told(how: str, desk: Organisation) -> None:
    """It is another package's: no bug of ours, which an invariant error would say."""
    once = done_to(desk, NewTeam(), desk.origin)
    assert once.changes[0].edits[0].key in once.rules.teams
    with pytest.raises(ModelError, match=r"new team.*“a team is set up” does not find the rules that it changes"):
        compare(desk, scenarios={how: TWICE[how]}, replications=2, weeks=1)


def test_what_is_wrong_whoever_is_gone_is_told(desk: Organisation) -> None:
    """Anything that was refused passed for something that a client who was formed had put in."""
    check = ImposedCheck(client="Hospital A", after="Triage", team="First line")
    both = SameHands(client="Hospital A", activities=("Triage", "Check"))
    assert done_without(desk, both, desk.origin, gone=[check]).changes == ()
    with pytest.raises(ModelError, match=r"no activity .Triag."):
        done_without(desk, Bypass(client="Hospital A", skips="Triag"), desk.origin, gone=[check])
