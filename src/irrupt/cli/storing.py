"""What is kept of runs: stores, and Chronicles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from irrupt.cli import screen
from irrupt.cli.groups import Answer
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

if TYPE_CHECKING:
    from irrupt.experiment.recorded import Size


def results(store: Path, output: Path | None, answer: Answer) -> None:
    """Show what is in *store*, and write its values to *output* where asked."""
    from irrupt.experiment import Store, export
    from irrupt.reporting.stored import contents_json, show_contents

    if output is not None and output.suffix.lower() != ".parquet":
        raise UsageError(Fault(str(output), _("unknown kind of file"), ".parquet"))
    with Store(store, read_only=True) as opened:
        contents = opened.contents()
        if answer.json:
            screen.show_json(contents_json(contents))
        else:
            screen.show(show_contents(contents))
        if output is not None:
            export(opened, output)
            screen.say(_("Written: {file}").format(file=output))


def tell_size(size: Size) -> None:
    """Say how much room Chronicles will take, before they are written."""
    text = ngettext(
        "Chronicles of {n} pair of runs: about {size} MB in {folder}.",
        "Chronicles of {n} pairs of runs: about {size} MB in {folder}.",
        size.pairs,
    )
    mega = size.bytes / 1e6
    screen.say(text.format(n=number(size.pairs, 0), size=number(mega, 0 if mega >= 10 else 1), folder=size.folder))
