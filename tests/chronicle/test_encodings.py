"""Which eight-bit encoding a file is in is told by signs that cannot stand within words."""

from __future__ import annotations

from pathlib import Path

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
    "Perché così è più; è lì",
    "følger én; sør; også",
    "Søren; Ørsted; Bjørn; Genève",
    "Malmø, Genève, où, Noël",
    "kød fra Århus; Öresund; æble",
    "Très naïf, côté pièce; 1¾ kg",
    "Reuniões; Cartões; médio; José; nº",
    "Ação; Não; Três; Último",
    "Õpetaja; töö; käsi; üks; põõsas",
    "Beiðni; Þjónusta; Afgreiðsla; lokið",
    "Perché è Škoda; più",
    "Söknad; Påminnelse; Ärende; Über; Käse",
]
CENTRAL = [
    "Żabka; Łódź Auto; Ilość",
    "zażółć gęślą jaźń",
    "Gdańsk, Wrocław, Białystok",
    "Číslo; Žádost; Důvěra; Přišlo",
    "Jiří; Dvořák; Příjem; Kontrola člena; Nová věc",
    "Zařízení; Oddělení příjmu; Řezná čára",
    "Předat dokument; Úkon; Ověřit, důvod",
    "Žiadosť; Číslo; Dôvod; Príjem; Vyriešené",
    "Zamówienie; Łącznie; Dział jakości",
    "Rendelés; Ügyfél; Határidő; Sürgős; Gyűjtő",
    "Narudžba; Šifra; Čekanje; Dobavljač",
    "Cerere; Răspuns; Soluţie; Şef",
]


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


HEADS = {
    "cp1251": ("Клиент;Завод;Артикул;Дата выпуска;Неделя;Количество;Статус", "твёрдый", "прогноз"),
    "cp1253": ("Πελάτης;Εργοστάσιο;Κωδικός;Ημερομηνία έκδοσης;Εβδομάδα;Ποσότητα;Κατάσταση", "δεσμευτικό", "πρόβλεψη"),
    "cp932": ("得意先;工場;品番;発行日;納期;数量;確定/内示", "確定", "内示"),
    "gb18030": ("客户;工厂;零件号;发布日期;交货日期;数量;状态", "确定", "预测"),
    "cp949": ("고객;공장;품번;발행일;납기;수량;구분", "확정", "예측"),
}


@pytest.mark.parametrize("encoding", HEADS)
@pytest.mark.parametrize("utf", [True, False])
def test_schedules_in_other_scripts_are_read(encoding, utf, tmp_path):
    head, firm, soft = HEADS[encoding]
    rows = [f"V;P10;A{p};2025-09-{day};2025-W{w};{w};{firm if w < 42 else soft}"
            for p in "12" for day in (22, 29) for w in range(40, 45)]  # fmt: skip
    path = tmp_path / "plan.csv"
    path.write_bytes("\n".join([head, *rows]).encode("utf-8" if utf else encoding))
    read = irrupt.read(path)
    assert read.schedules.height == 20
    assert list(read.mapping) == ["issued", "period", "quantity", "part", "plant", "client", "firm"]
    assert read.schedules["firm"].sum() == 8
    assert any(encoding in note for note in read.notes) != utf


def test_letters_that_make_no_words_are_doubted(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes("case;activity;end;client\n1;a;2024-01-01;Газпром\n1;b;2024-01-02;Лукойл\n".encode("cp1251"))
    assert any("another encoding" in note for note in irrupt.read(path).notes)


def test_turkish_plans_are_read_and_any_encoding_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    rows = [f"Şişli;A;{day}.01.2026;{due}.01.2026;5" for day in ("05", "12") for due in (19, 26)]
    path.write_text("\n".join(["Müşteri;Parça No;Yayın Tarihi;Teslim Tarihi;Miktar", *rows]), encoding="cp1254")
    assert set(irrupt.read(path).schedules["client"]) == {"Şişli"}
    wrong = irrupt.read(path, mapping={"encoding": "cp1252"})
    assert "Müþteri" in wrong.mapping.values() or "Müþteri" in str(wrong.notes)
