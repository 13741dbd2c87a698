"""From a document to an organisation that can run, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from irrupt.errors import Fault, ModelError, Path
from irrupt.organisation import model, pools
from irrupt.organisation.border import checked, without_unknown
from irrupt.organisation.schema import OrganisationFile, organisation_of
from irrupt.organisation.validate import placed_faults
from irrupt.yaml_marks import Document, in_order

NAMING = ("priority", "class priority", "activity priority", "classes", "by class")
"""Values of entries that are mappings, whose keys are names."""


def organisation_in(document: Document) -> model.Organisation:
    """The organisation that *document* describes.

    Raises `ModelError` with everything that is wrong, each with its place: keys and values and, when these are right,
    or only some keys are none, what keeps the organisation from running.
    """
    try:
        file = checked(OrganisationFile, document)
    except ModelError as found:
        raise ModelError(in_order([*found.faults, *_beside(document)])) from None
    organisation = organisation_of(file)
    wrong = [fault for _path, fault in _wrong(file, organisation, document)]
    if wrong:
        raise ModelError(wrong if document.root is None else in_order(wrong))
    return organisation


def _beside(document: Document) -> Iterator[Fault]:
    """What else is wrong with *document* than keys that are none, where these are all that is wrong with its form. What
    lacks such a key may seem to be wrong for it: of these entries nothing is told."""
    known = without_unknown(OrganisationFile, document)
    if known is None:
        return
    file, paths = known
    for path, fault in _wrong(file, organisation_of(file), document):
        if not any(path[:2] == other[:2] for other in paths):
            yield fault


def _wrong(
    file: OrganisationFile, organisation: model.Organisation, document: Document
) -> Iterator[tuple[Path, Fault]]:
    """What keeps the *organisation* that *file* describes from running, and where that stands."""
    for path, fault in (*pools.twice(file.people), *placed_faults(organisation)):
        place = pools.written(path, file.people)
        if document.root is None:
            yield place, fault
        else:
            yield place, replace(fault, where=document.place(place, key=_is_entry(place)))


def _is_entry(path: Path) -> bool:
    """Whether *path* leads to an entry with a name of its own, and not to one of its values."""
    return len(path) == 2 or (path[0] == "client routes" and len(path) == 3) or (len(path) > 3 and path[-2] in NAMING)
