"""The files of a folder: those in it, or, where there are none, those in the folders below."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_SHOWN = 5
"""Folders and files that are named."""


class Files(NamedTuple):
    """The files of a folder, in order."""

    folder: Path
    paths: list[Path]
    notes: list[str]

    def name(self, path: Path) -> str:
        """What *path* is called: with the folders below the one that is read, which may say of whom it is."""
        return path.relative_to(self.folder).as_posix()


def files_in(folder: Path, most: int) -> Files:
    """The files of *folder*, *most* of them at most; hidden ones are none."""
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    folders = [path.name for path in inside if path.is_dir()]
    paths = [path for path in inside if path.is_file()]
    if paths and folders:
        text = _("folders in it are not looked into: {names}").format(names=first_of(folders, _SHOWN))
        return Files(folder, paths[:most], [text])
    if folders:
        below = (path for path in folder.rglob("*") if path.is_file())
        paths = sorted(
            path for path in below if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
        text = _("the files of the folders in it are read: {names}").format(names=first_of(folders, _SHOWN))
        return Files(folder, paths[:most], [text])
    return Files(folder, paths[:most], [])


def of_one_kind(files: Files, tables: Iterable[str]) -> None:
    """Raise `DataError` where *tables* of plans lie beside the messages of a folder: half of a history would be
    lost."""
    names = list(tables)
    if names:
        found = _("messages lie beside tables of plans: {names}").format(names=first_of(names, _SHOWN))
        remedy = _(
            "read each kind from a folder of its own; or make a table of each with irrupt convert, and read the folder "
            "of these"
        )
        raise DataError(Fault(str(files.folder), found, remedy=remedy))
