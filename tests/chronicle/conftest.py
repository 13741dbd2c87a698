"""Shared by the tests of records: where real logs lie, and files with given text."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from irrupt.chronicle import Chronicle, bundled, read

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """The path of a real log that lies beside the project; skips the test where it does not."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real log {name} is not beside the project")
        return path

    return find


@cache
def _read(path: Path) -> Chronicle:
    return read(path)


@pytest.fixture
def real(shared: Callable[[str], Path]) -> Callable[[str], Chronicle]:
    """A real log, read once for all tests."""
    return lambda name: _read(shared(name))


@pytest.fixture
def beginning(shared: Callable[[str], Path], tmp_path: Path) -> Callable[[str, int], Path]:
    """The first cases of a real log in XES that is large: benchmarks read it whole."""

    def cut(name: str, cases: int) -> Path:
        lines, left = [], cases
        with gzip.open(shared(name), "rt", encoding="utf-8") as stream:
            for line in stream:
                lines.append(line)
                left -= line.count("</trace>")
                if left == 0:
                    break
        path = tmp_path / "beginning.xes"
        path.write_text("".join([*lines, "</log>"]), encoding="utf-8")
        return path

    return cut


@pytest.fixture(scope="session")
def incidents() -> Chronicle:
    """The bundled log, read once."""
    return bundled()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A file with the text or bytes given."""

    def make(content: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as an Excel file: numbers, texts, dates (or serial numbers of them), formulas with their value; some
    sheets hidden."""

    def write(
        rows: list[list[Any]] | dict[str, list[list[Any]]],
        name: str = "plan.xlsx",
        since: int = 1900,
        hidden: tuple[str, ...] = (),
    ) -> Path:
        path = tmp_path / name
        sheets = rows if isinstance(rows, dict) else {"Plan": rows}
        cells = ["".join(_row(row, y) for y, row in enumerate(own, start=1)) for own in sheets.values()]
        space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006"
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {space} xmlns:r="{relations}">'
            f'<workbookPr date1904="{int(since == 1904)}"/><sheets>'
            + "".join(
                f'<sheet name="{n}" sheetId="{at}" r:id="r{at}" state="{("visible", "hidden")[n in hidden]}"/>'
                for at, n in enumerate(sheets, start=1)
            )
            + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="r{at}" Type="{relations}/worksheet" Target="worksheets/sheet{at}.xml"/>'
                for at in range(1, len(sheets) + 1)
            )
            + f'<Relationship Id="s" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": f'<styleSheet {space}><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
            "</styleSheet>",
        }
        for at, own in enumerate(cells, start=1):
            parts[f"xl/worksheets/sheet{at}.xml"] = f"<worksheet {space}><sheetData>{own}</sheetData></worksheet>"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, text in parts.items():
                archive.writestr(part, text)
        return path

    return write


def _row(row: list[Any], y: int) -> str:
    return f'<row r="{y}">' + "".join(_cell(value, x, y) for x, value in enumerate(row)) + "</row>"


def _cell(value: Any, x: int, y: int) -> str:
    place = f'r="{chr(65 + x)}{y}"'
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("="):
        return f"<c {place}><f>{value[1:]}</f><v>7</v></c>"
    if isinstance(value, int | float):
        return f"<c {place}><v>{value}</v></c>"
    if isinstance(value, datetime):
        return f'<c {place} s="1"><v>{(value - datetime(1899, 12, 30)) / timedelta(days=1)}</v></c>'
    return f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
