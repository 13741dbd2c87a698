"""Which eight-bit encoding a file is in is told by signs that cannot stand within words."""

from __future__ import annotations

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.encodings import eight_bit

WESTERN = [
    "Müller GmbH; Größe; 5 €; m³/h",
    "¿cuánto? ¿dónde? niño; 3ª; nº",
    "revenue in £m; 5½ l; £k",
    "Côté œuvre à Noël; n° 3; «x»",
    "naïve Ångström smørrebrød",
]
CENTRAL = ["Żabka; Łódź Auto; Ilość", "zażółć gęślą jaźń", "Gdańsk, Wrocław, Białystok"]


@pytest.mark.parametrize(
    ("text", "encoding"), [*((text, "cp1252") for text in WESTERN), *((text, "cp1250") for text in CENTRAL)]
)
def test_the_encoding_is_known_by_its_signs(text, encoding):
    assert eight_bit(text.encode(encoding)) == encoding


def test_what_no_other_encoding_reads_is_latin():
    assert eight_bit(b"caf\xe9 \x81") == "latin-1"


def test_names_of_a_polish_file_are_read_as_they_are(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes(
        "case;activity;end;client\n1;otwarcie;2024-01-01;Łódź\n1;koniec;2024-01-02;Żabka\n".encode("cp1250")
    )
    log = irrupt.read(path)
    assert any("cp1250" in note for note in log.notes)
    assert isinstance(log.events, pl.DataFrame)
    assert set(log.events["client"].drop_nulls()) <= {"Łódź", "Żabka"}
