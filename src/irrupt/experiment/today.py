"""What clients do today, and go on doing whatever is tried: part of both sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from irrupt.errors import Fault, ModelError
from irrupt.experiment.model import Comparison
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.regulation import act_to_dict
from irrupt.regulation.doing import done_to
from irrupt.regulation.model import Act
from irrupt.regulation.when import When, bare, followers, gone_after, in_repertoire, title, title_among, waiting_in


def under(organisation: Organisation, acts: Sequence[Act]) -> Organisation:
    """*organisation* under those of *acts* that wait for nothing, done one after the other long before anything
    happens: what follows of itself has followed, recording is learned and phases are over.

    Raises `ModelError` when an act names what is not there.
    """
    return amended(organisation, changes_under(organisation, acts))


def changes_under(organisation: Organisation, acts: Sequence[Act]) -> tuple[RuleChange, ...]:
    """The changes of rules by which *organisation* is `under` those of *acts*, in order."""
    found: list[RuleChange] = []
    for act in in_repertoire([act for act in acts if not isinstance(act, When)]):
        for one in (act, *followers(act, organisation)):
            organisation, made = done_to(organisation, one, organisation.origin)
            found += made
    return tuple(found)


def refuse_taken_back(acts: Iterable[Act], today: Sequence[Act]) -> None:
    """Raise `ModelError` where one of *acts*, or of what waits *today*, would take back what clients do *today* from
    the beginning, which stays on both sides: it would be told that it moves nothing. And where one of *acts* is what
    its author does no longer today."""
    acts, done = list(acts), [act for act in today if not isinstance(act, When)]
    remedy = _("write it under compare, before this act; or under clients, with when or lag: then it is taken back")
    faults = [
        Fault(bare(act).name, _("what clients do today, from the beginning, stays: {act}").format(act=title(one, _)))
        for act in (*acts, *waiting_in(today))
        for one in gone_after([act], in_repertoire(done))
    ]
    faults = [replace(fault, remedy=remedy) for fault in dict.fromkeys(faults)]
    gone = _("who does it is formed under clients, and does it no longer: {act}")
    remedy = _("write that he is formed under compare, too, or take this act out")
    faults += [Fault(bare(one).name, gone.format(act=title(one, _)), remedy=remedy) for one in gone_after(done, acts)]
    if faults:
        raise ModelError(faults)


def named(acts: Sequence[Act]) -> str:
    """What *acts* are called together, in the user's language: by what is done and for whom."""
    return " + ".join(title_among(act, acts, _) for act in acts)


def said(acts: Sequence[Act]) -> str:
    """That clients do *acts* today, on both sides, without what one who is formed does no longer; empty where they do
    none."""
    left = gone_after([act for act in acts if not isinstance(act, When)], acts)
    still = named([act for act in acts if act not in left])
    return _("On both sides clients do what they do today: {acts}.").format(acts=still) if still else ""


def told(result: Comparison, acts: Sequence[Act]) -> Comparison:
    """*result*, with what both of its sides have in common."""
    if not acts:
        return result
    made = {**(result.provenance or {}), "today": [act_to_dict(act) for act in acts]}
    return replace(result, notes=(said(acts), *result.notes), provenance=made)
