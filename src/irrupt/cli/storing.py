"""What a store of pairs of runs holds."""

from __future__ import annotations

from pathlib import Path

from irrupt.cli import screen
from irrupt.cli.groups import Answer
from irrupt.i18n import gettext as _


def results(store: Path, output: Path | None, answer: Answer) -> None:
    """Show what is in *store*, and write its values to *output* where asked."""
    from irrupt.experiment import Store, export
    from irrupt.reporting.stored import contents_json, show_contents

    with Store(store, read_only=True) as opened:
        contents = opened.contents()
        if answer.json:
            screen.show_json(contents_json(contents))
        else:
            screen.show(show_contents(contents))
        if output is not None:
            export(opened, output)
            screen.say(_("Written: {file}").format(file=output))
