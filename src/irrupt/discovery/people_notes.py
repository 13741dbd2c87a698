"""What was learned about people, in plain sentences."""

from __future__ import annotations

from irrupt.discovery.findings import Findings
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext

_NAMED = 5


def told(findings: Findings) -> list[str]:
    """Sentences about who does what, until when, and in which order."""
    staff, found = findings.workforce, []
    if staff.left_out:
        found.append(
            ngettext(
                "{n} person comes and goes, or has left; others are taken to do that work.",
                "{n} people come and go, or have left; others are taken to do their work.",
                staff.left_out,
            ).format(n=staff.left_out)
        )
    late = tuple(name for name, is_so in zip(findings.teams.names, staff.finishing.tolist(), strict=False) if is_so)
    if late:
        found.append(
            _("Teams whose people finish what they have begun before they go, even after their hours: {teams}.").format(
                teams=listed(late)
            )
        )
    skilled = tuple(f"{name} ({listed(one.does_not)})" for name, one in staff.people.items() if one.does_not)
    if skilled:
        found.append(
            _("People who never do this or that of the work of their team: {people}.").format(people=listed(skilled))
        )
    ordered = tuple(
        f"{name} ({' > '.join(one.teams)})" for name, one in staff.people.items() if one.serves == "teams in order"
    )
    if ordered:
        found.append(
            _("People of several teams who serve one of them before another: {people}.").format(people=listed(ordered))
        )
    if staff.anonymous:
        found.append(
            _("No member is recorded of {teams}: as many people as the work needs are assumed.").format(
                teams=listed(staff.anonymous)
            )
        )
    return found


def listed(names: tuple[str, ...], mark: str = ", ") -> str:
    """The first of *names*, and how many more there are."""
    shown = mark.join(names[:_NAMED])
    if len(names) > _NAMED:
        shown += " " + _("and {n} more").format(n=len(names) - _NAMED)
    return shown
