"""Keep the translations in step with the source: extract, update, compile.

    python tools/translate.py            update locale/irrupt.pot and each irrupt.po, compile each irrupt.mo
    python tools/translate.py --check    change nothing; fail when something is missing or out of step

Translate by editing locale/fr/LC_MESSAGES/irrupt.po, then run it again. Needs Babel; users do not.
"""

from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "irrupt"
LOCALE = SOURCE / "locale"
LANGUAGES = ("fr",)
METHODS = [("**.py", "python"), ("reporting/templates/**.html", "jinja2")]
KEYWORDS: dict[str, Any] = {
    **{"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)},
    "pgettext": ((1, "c"), 2),
}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Written as the date of every file, so that a file changes only when its messages do."""

_FIELD = re.compile(r"\{[^{}]*\}")
_NARROW = "\u202f"


def extract() -> Catalog:
    """All messages of the source, in the order of its files."""
    catalog = Catalog(project="irrupt", version="", charset="utf-8", creation_date=SOME_DAY, revision_date=SOME_DAY)
    found = extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
    for file, _line, message, comments, context in sorted(found, key=lambda one: (Path(one[0]).as_posix(), one[1])):
        catalog.add(message, None, [(Path(file).as_posix(), 0)], auto_comments=comments, context=context)
    return catalog


def typeset(text: str) -> str:
    """French *text* with narrow spaces that do not break before : ; ? ! and inside quotation marks, and with curved
    apostrophes.

    >>> typeset("Trouvé : « rien »") == "Trouvé\\u202f: «\\u202frien\\u202f»"
    True
    """
    text = re.sub(r"[ \u00a0]+([:;?!»%])", _NARROW + r"\1", text)
    text = re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_]|[«“{])", "’", text)
    return re.sub(r"«[ \u00a0]+", "«" + _NARROW, text)


def forms(message: Message) -> tuple[list[str], list[str]]:
    """The English forms of *message*, and the translated ones."""
    english, translated = ([one] if isinstance(one, str) else list(one or ()) for one in (message.id, message.string))
    return english, translated


def update(language: str, template: Catalog) -> Catalog:
    """The catalogue of *language* with the messages of *template*: new ones are empty, dropped ones are gone."""
    path = po_path(language)
    catalog = read(path, language) if path.exists() else Catalog(locale=language, charset="utf-8")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        if message.id and language == "fr":
            translated = tuple(map(typeset, forms(message)[1]))
            message.string = translated if message.pluralizable else "".join(translated)
    catalog.project, catalog.version = "irrupt", ""
    catalog.creation_date = catalog.revision_date = SOME_DAY
    catalog.fuzzy = False
    return catalog


def faults(catalog: Catalog) -> list[str]:
    """What is missing or wrong in the translations of *catalog*."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        english, translated = forms(message)
        name = english[0]
        if message.fuzzy or not translated or not all(translated):
            found.append(f"not translated: {name!r}")
        elif any(fields(one) != fields(english[-1]) for one in translated):
            found.append(f"other {{fields}} than the original: {name!r}")
        elif str(catalog.locale) == "fr" and any(one != typeset(one) for one in translated):
            found.append(f"spaces or apostrophes of French typography: {name!r}")
    return found


def fields(text: str) -> list[str]:
    """The {fields} that *text* is filled with, sorted."""
    return sorted(set(_FIELD.findall(text)))


def po_path(language: str) -> Path:
    """The file that translators edit."""
    return LOCALE / language / "LC_MESSAGES" / "irrupt.po"


def read(path: Path, language: str) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def text_of(catalog: Catalog) -> bytes:
    """*catalog* as a .po file."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, include_lineno=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """*catalog* as a .mo file."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def messages(catalog: Catalog) -> dict[object, object]:
    """Message -> translation; both as tuples of forms."""
    return {tuple(forms(message)[0]): tuple(forms(message)[1]) for message in catalog if message.id}


def out_of_step() -> list[str]:
    """What a run would change, and what is missing."""
    template = extract()
    said = []
    for language in LANGUAGES:
        path = po_path(language)
        catalog = update(language, template)
        if set(messages(read(path, language))) != set(messages(template)):
            said.append(f"{path.name}: messages of the source have changed; run tools/translate.py")
        with path.with_suffix(".mo").open("rb") as file:
            if messages(read_mo(file)) != messages(catalog):
                said.append(f"{path.with_suffix('.mo').name}: out of step with the .po file; run tools/translate.py")
        said += [f"{language}: {fault}" for fault in faults(catalog)]
    return said


def main(arguments: list[str]) -> int:
    """Update everything, or with `--check` only look; 1 when something is missing."""
    if "--check" in arguments:
        said = out_of_step()
    else:
        template = extract()
        (LOCALE / "irrupt.pot").write_bytes(text_of(template))
        said = []
        for language in LANGUAGES:
            catalog = update(language, template)
            path = po_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text_of(catalog))
            path.with_suffix(".mo").write_bytes(compiled(catalog))
            said += [f"{language}: {fault}" for fault in faults(catalog)]
    sys.stderr.writelines(line + "\n" for line in said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
