"""Rules of which nobody said in words what they ask."""

from __future__ import annotations

import pytest

from irrupt.agreement.files import rulebook_from
from irrupt.agreement.written import KINDS
from irrupt.reporting.ruled import in_words

SAID = {
    "{within: 2 days, from: [New, Reopened], to: Resolved}": "Resolved comes within 2 days after New or Reopened.",
    "{within: 2 working days, hours: Mon-Fri 9-17}": "A case is over within 2 working days of Mon-Fri 09:00-17:00.",
    "{within: 1 h, to: B, client: A, in: 95 %}": "A: B comes within 1 h after the case arrives (in at least 95.0 %).",
    "{within: 1 h, from: Done}": "A case is over within 1 h after Done.",
    "{at least: 1 day, from: Announced, to: Visit}": "Visit comes no sooner than 1 day after Announced.",
    "{at least: 1 day}": "A case is over no sooner than 1 day after it arrives.",
    "{never: Triage}": "Triage is not done.",
    "{never: Triage, team: Desk}": "Triage is not done by Desk.",
    "{never: Triage, unless alone: yes}": "Triage is not done. Cases in which nobody does anything else are left out.",
    "{team: Desk, client: A}": "A: Nothing is done by Desk.",
    "{never: Repair, after: Closed}": "Repair is not done any more after Closed.",
    "{always: Closed, after: Resolved, team: Desk}": "After Resolved comes Closed by Desk.",
    "{always: Closed, where: {priority: [P1, P2]}}": "priority P1 or P2: Closed is done in each case.",
    "{activity: Reopened, at most: 1}": "Reopened is done no more than 1 time in a case.",
    "{activity: Reopened, at most: 0}": "Reopened is not done.",
    "{order: [New, Active]}": "In this order: New, Active.",
    "{activity: Resolved, only after: Active}": "Resolved does not come before Active.",
    "{activity: Resolved, only by: [Desk, Ann]}": "Resolved is done by nobody but Desk or Ann.",
    "{activity: Approved, not by who did: Requested}": "Approved is not done by who did Requested before.",
    "{activity: Closed, by who did: [New, Active]}": "Closed is done by who did New or Active before.",
    "{team: Desk, only in: Mon-Fri 07:00-19:00}": "Whatever is done by Desk begins and ends in Mon-Fri 07:00-19:00.",
    "{first at: Desk, client: A}": "A: While one of these cases waits at Desk, none of others is taken.",
    "{measure: cycle time, of: A, at most: 30 h, each: month}": "cycle time, A: at most 30.0 h, each month.",
    "{measure: arrivals, at most: 80 cases a month}": "arrivals, all clients: at most 80.0 cases, each month.",
    '{measure: "notice of change", at least: 14 days}': "notice of change, all clients: at least 14 days.",
    '{measure: "frozen periods, in effect", of: B, at least: 3}': "frozen periods, in effect, B: at least 3.",
}


@pytest.mark.parametrize(("binds", "said"), SAID.items())
def test_what_a_rule_binds_is_said_in_a_sentence(binds: str, said: str) -> None:
    """None is left without words, and who gave words is not corrected."""
    book = rulebook_from(f"{{rulebook: B, rules: {{R: {{binds: {binds}}}, S: {{text: ours, binds: {binds}}}}}}}")
    assert in_words(book.founding["R"]).replace("\u202f", " ") == said
    assert in_words(book.founding["S"]) == "ours"


def test_every_kind_of_bound_has_its_sentence() -> None:
    assert all(any(f"{kind}:" in binds for binds in SAID) for kind in KINDS)
