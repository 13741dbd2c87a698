"""What is asked of teams, and who alone does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation, Step


def all_steps(organisation: Organisation) -> list[Step]:
    """The steps of the procedure, then those of checks."""
    return [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]


def asked_of_teams(organisation: Organisation) -> set[tuple[str, str]]:
    """Each team with each activity that is asked of it."""
    return {(step.team, step.activity) for step in all_steps(organisation) if step.team is not None}


def alone(organisation: Organisation, team: str) -> dict[str, list[str]]:
    """Person -> the activities of *team*, sorted, that nobody else in it does.

    >>> from irrupt.engine.examples import counter
    >>> list(alone(counter(), "Desk").values())
    [['Serve']]
    """
    found: dict[str, list[str]] = {}
    for activity in sorted(activity for one, activity in asked_of_teams(organisation) if one == team):
        crew = [*organisation.members(team, activity)]
        if len(crew) == 1:
            found.setdefault(crew[0], []).append(activity)
    return found
