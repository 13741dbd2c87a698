"""No traceback reaches a user: errors become sentences and exit codes."""

from __future__ import annotations

import errno
import functools
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import NoReturn, ParamSpec

from irrupt.errors import AllRefused, Fault, InvariantError, IrruptError, ModelError, UsageError, why
from irrupt.i18n import gettext as _
from irrupt.saving import refuse, refuse_other_pages

P = ParamSpec("P")

FAILURE, USAGE, INTERRUPTED = 1, 2, 130
WRITTEN = ("output", "report", "cases", "whose")
"""Arguments of commands that name a file to write: a long run is not begun where it could not end."""
_BOTH = ("inferred",)
"""Arguments that may name a file that is read as well: a rulebook becomes another one."""
_PLACED = re.compile(r":\d|\.ya?ml|^--")
"""In where a fault lies: a file and its line, or an option."""
_NO_MEMORY = re.compile(
    r"can.?t start new thread|cannot allocate memory|out of memory|memory allocation|TryReserveError|AllocError|"
    r"unable to allocate",
    re.IGNORECASE,
)
"""How the lack of memory, or of room for one more thread, is told where it is told in words only."""
_PANIC = "PanicException"
"""What libraries written in Rust raise where they stop; it is no `Exception`."""
DEBUG = "IRRUPT_DEBUG"
"""Environment variable: when set, unexpected errors keep their traceback."""


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """*command*, with its errors told on stderr: 1 for what failed, 2 for wrong usage, 130 for Ctrl-C."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            _refuse_files(kwargs)
            command(*args, **kwargs)
        except KeyboardInterrupt:
            kept = kwargs.get("store")
            finished = _("Stopped. The pairs of runs that were finished are in {store}.")
            tell(finished.format(store=kept) if _holds_pairs(kept) else _("Stopped. Nothing was written."))
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output went away (`irrupt see log.csv | head`): nobody is left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FAILURE)
        except AllRefused as refusal:
            _nothing_changes(refusal, kwargs)
        except IrruptError as error:
            if isinstance(error, InvariantError) and os.environ.get(DEBUG):
                raise
            if kwargs.get("json"):
                _show_faults(error)
            tell(str(error))
            sys.exit(USAGE if _typed(error) else FAILURE)
        except Exception as error:
            _failed(error)
        except BaseException as error:
            if type(error).__name__ != _PANIC:
                raise
            _failed(error)

    return run


def _holds_pairs(kept: object) -> bool:
    """Whether a store has *kept* pairs of runs."""
    if not isinstance(kept, Path) or not kept.exists():
        return False
    from irrupt.experiment.store import Store

    try:
        with Store(kept, read_only=True) as store:
            return bool(store.contents()["pairs"].sum())
    except IrruptError:
        return False


def _show_faults(error: IrruptError) -> None:
    """What is wrong, for machines: they wait for an answer where the sentences do not go."""
    from irrupt.cli import screen

    screen.show_json({"faults": [{"text": str(fault), **asdict(fault)} for fault in error.faults]})


def _nothing_changes(refusal: AllRefused, arguments: Mapping[str, object]) -> None:
    """Tell that all was refused: it is an answer, as good as another."""
    from irrupt.cli import screen

    said = [fault.remedy for fault in refusal.faults]
    if arguments.get("json"):
        screen.show_json({"nothing_changes": True, "notes": said})
        return
    screen.show_text("\n".join([_("Nothing changes, since everything is refused."), *said]))
    if any(arguments.get(name) for name in ("report", "output")):
        tell(_("No file was written: there is nothing to compare."))


def _typed(error: IrruptError) -> bool:
    """Whether all that is wrong was typed: an argument, or what stands in an option; not what stands in a file."""
    return isinstance(error, UsageError) or all(fault.where.startswith("--") for fault in error.faults)


def _refuse_files(arguments: Mapping[str, object]) -> None:
    """Raise `UsageError` where a file that *arguments* of a command have written cannot be, or is one that they have
    read: a report in the place of the log would be all that is left of it."""
    paths = {name: path for name, path in arguments.items() if isinstance(path, Path)}
    written = {name: path for name, path in paths.items() if name in WRITTEN}
    refuse(*written.values())
    read = [path for name, path in paths.items() if name not in written and name not in _BOTH and path.exists()]
    over = [path for path in written.values() if path.exists() and any(path.samefile(one) for one in read)]
    if over:
        raise UsageError(Fault(str(path), _("this is what it is made from"), _("another file")) for path in over)
    refuse_other_pages(written.get("report"))


def needs_less() -> str:
    """What to do where there is too little memory."""
    return _("take a part of the log (fewer months, fewer columns), or the log as Parquet")


def no_memory(error: BaseException) -> bool:
    """Whether *error* tells that there was no more memory, as Python, the system, Rust and Arrow tell it."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return _NO_MEMORY.search(str(error)) is not None


def _failed(error: BaseException) -> NoReturn:
    """Say what no part of irrupt raised on purpose: what the system refuses, a lack of memory, or else a bug."""
    if no_memory(error):
        tell(_("There is not enough memory for this: {less}.").format(less=needs_less()))
        sys.exit(FAILURE)
    if isinstance(error, OSError):
        tell(f"{error.filename}  {why(error)}" if error.filename else why(error))
        sys.exit(FAILURE)
    if os.environ.get(DEBUG):
        raise error
    said = _("This is a bug in irrupt: {kind}: {error}. Run again with {debug}=1 to see where, and report it.")
    if (package := foreign(error)) is not None:
        said = _(
            "{package}, which extends irrupt, fails: {kind}: {error}. Run again with {debug}=1 to see where, "
            "and report it to its author."
        )
    tell(said.format(package=package, kind=type(error).__name__, error=error, debug=DEBUG))
    sys.exit(FAILURE)


@contextmanager
def naming(file: Path | str | None) -> Iterator[None]:
    """Name *file*, or an option, where acts were read from one, in what is found wrong with them once the organisation
    is known."""
    try:
        yield
    except AllRefused:
        raise
    except ModelError as error:
        if file is None:
            raise
        raise ModelError(
            one if _PLACED.search(one.where) else replace(one, where=f"{file}  {one.where}") for one in error.faults
        ) from error


@contextmanager
def asked_by(**given: Sequence[str] | None) -> Iterator[None]:
    """Name the options that are *given* in what is wrong with a measure and whose it is: in Python, both are `outputs`,
    whichever option asks for them here."""
    try:
        yield
    except UsageError as error:
        options = ", ".join(f"--{name.replace('_', '-')}" for name, texts in given.items() if texts)
        if not options or all(one.where != "outputs" for one in error.faults):
            raise
        named = (replace(one, where=options) if one.where == "outputs" else one for one in error.faults)
        raise UsageError(named) from error


def tell(message: str) -> None:
    """Say *message* on stderr."""
    sys.stderr.write(message + "\n")


def foreign(error: BaseException) -> str | None:
    """The package that extends irrupt in whose code *error* came up; None: it did not come up in one."""
    groups = (group for group in entry_points().groups if group.startswith("irrupt."))
    named = {entry.value.partition(":")[0].partition(".")[0] for group in groups for entry in entry_points(group=group)}
    for frame, _line in traceback.walk_tb(error.__traceback__):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in named - {"irrupt"}:
            return package
    return None
