"""What lies behind differences, told with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from irrupt.cli import paths, screen
from irrupt.cli.groups import Answer, Report

if TYPE_CHECKING:
    from irrupt.experiment import Comparison


def tell(result: Comparison, parties: Sequence[str], answer: Answer, page: Report, verbose: bool) -> None:
    """Show *result* and, of each scenario, what lies behind its differences for *parties*."""
    if not parties:
        paths.tell(result, answer, page, verbose)
        return
    from irrupt.experiment import behind
    from irrupt.reporting import behinds, machine

    found = [behind(result, tried.name, party) for tried in result.tried for party in parties]
    if answer.json:
        told = {"behind": machine.plain([behinds.behind_json(one) for one in found])}
        screen.show_json(machine.to_json(result) | told)
    else:
        paths.tell(result, answer, None, verbose)
        for one in found:
            screen.show(behinds.show_behind(one, result))
    if page.report is not None:
        paths.write(page.report, result, title=page.title)
