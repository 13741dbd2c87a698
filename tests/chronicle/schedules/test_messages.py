"""Messages of all standards say the same when they are read back, and broken ones are told, all at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import irrupt
from irrupt.chronicle.limits import Limits
from irrupt.chronicle.schedules import delfor, edifact
from irrupt.errors import DataError

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
Writers = dict[str, Callable[[pl.DataFrame], list[str]]]


def planned(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.filter(~pl.col("kind").is_in(["delivered", "receipt"]))
    return rows.select("part", "issued", "period", "quantity").sort("part", "issued", "period", "quantity")


def test_every_standard_gives_back_the_same_quantities(folder: Path, invented: pl.DataFrame) -> None:
    read = irrupt.read(folder)
    assert read.problems == ()
    assert planned(read.schedules).equals(planned(invented))
    assert read.schedules["plan"].drop_nulls().n_unique() == 5
    assert read.events.is_empty()


def test_clients_plants_and_firmness_are_kept(messages: Writers, invented: pl.DataFrame, tmp_path: Path) -> None:
    for kind in ("DELFOR D.97A", "DELFOR D.96A", "X12 830"):
        path = tmp_path / "all.edi"
        path.write_text("".join(messages[kind](invented)), encoding="latin-1")
        columns = ["client", "plant", "part", "issued", "period", "firm"]
        read = irrupt.read(path).schedules.select(columns).sort(columns)
        assert read.equals(invented.filter(kind="forecast").select(columns).sort(columns)), kind


def test_call_offs_are_told_from_forecasts(messages: Writers, invented: pl.DataFrame, tmp_path: Path) -> None:
    for name, kind in (
        ("DELJIT D.97A", "call-off"),
        ("VDA 4915", "call-off"),
        ("X12 862", "call-off"),
        ("VDA 4905", "forecast"),
    ):
        path = tmp_path / "one.edi"
        path.write_text(messages[name](invented)[0], encoding="latin-1")
        kinds = irrupt.read(path).schedules["kind"]
        assert set(kinds) - {"receipt"} == {kind}, name


def test_a_message_that_is_cut_short_is_left_out_and_the_others_are_read(
    messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    for name, write in messages.items():
        texts = write(invented.filter(pl.col("plan").is_in(["1", "2"])))
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.edi").write_text(text if number else text[: len(text) // 2], encoding="latin-1")
        read = irrupt.read(tmp_path)
        assert [problem.code for problem in read.problems] == ["broken message"], name
        assert read.problems[0].count == 1
        assert "0.edi" in read.problems[0].places[0]


@pytest.mark.parametrize(
    ("syntax", "charset", "name"),
    [
        ("UNOC", "latin-1", "Münchner Bär"), ("UNOD", "iso8859-2", "Škoda Mladá"), ("UNOE", "iso8859-5", "Камский"),
        ("UNOF", "iso8859-7", "Ελλάς"), ("UNOK", "iso8859-9", "Şişli"), ("UNOY", "utf-8", "Łódź"),
    ],
)  # fmt: skip
def test_names_are_read_in_the_characters_that_their_interchange_names(
    syntax: str, charset: str, name: str, tmp_path: Path
) -> None:
    text = DELFOR_CUMULATIVE.replace("UNOA", syntax).replace("NAD+MI+OEM", f"NAD+MI+++{name}")
    (tmp_path / "a.edi").write_bytes(text.encode(charset))
    assert set(irrupt.read(tmp_path / "a.edi").schedules["client"]) == {name}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("kind", ["DELFOR D.97A", "DELJIT D.97A", "X12 830"])
@pytest.mark.parametrize("width", [80, 72, 64])
def test_lines_broken_wherever_they_were_full_are_put_together(
    kind: str, width: int, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    """As hosts with records of 80 characters send them; some put the end of a file (26) or noughts behind it."""
    text = messages[kind](invented)[0].replace("\n", "")
    broken = "\r\n".join(text[at : at + width] for at in range(0, len(text), width))
    read = []
    for name, content in (("a", text), ("b", broken), ("c", text + "\r\n\x1a"), ("d", text + "\0\0")):
        path = tmp_path / f"{name}.edi"
        path.write_bytes(content.encode("latin-1"))
        read.append(irrupt.read(path))
    assert all(one.problems == () and one.schedules.equals(read[0].schedules) for one in read)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", ["DELFOR D.97A", "X12 830"])
@pytest.mark.parametrize("mark", ["\r", "\n"])
@pytest.mark.parametrize("behind", ["", "\x1a"])
def test_segments_may_end_with_a_break_of_lines(
    kind: str, mark: str, behind: str, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    """The last one ends with it, too."""
    text = messages[kind](invented)[0].replace("\n", "")
    own, other = tmp_path / "a.edi", tmp_path / "b.edi"
    own.write_text(text, encoding="latin-1")
    other.write_bytes((text.replace("~" if text.startswith("ISA") else "'", mark) + behind).encode("latin-1"))
    read = irrupt.read(other)
    assert read.problems == ()
    assert read.schedules.equals(irrupt.read(own).schedules)


@pytest.mark.parametrize("kind", ["DELFOR D.97A", "X12 830"])
@pytest.mark.parametrize("loss", ["a message", "the end"])
def test_an_interchange_that_lost_a_message_or_its_end_is_told(
    kind: str, loss: str, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    """What is there is read; what is not there would look as if the client had left it out."""
    text = messages[kind](invented)[0]
    end = "UNZ" if "UNZ" in text else "GE*"
    lost = {"a message": text.replace("UNZ+1+", "UNZ+2+").replace("GE*1*", "GE*2*"), "the end": text[: text.index(end)]}
    whole, less = tmp_path / "whole.edi", tmp_path / "a.edi"
    whole.write_text(text, encoding="latin-1")
    less.write_text(lost[loss], encoding="latin-1")
    read = irrupt.read(less)
    assert read.schedules.equals(irrupt.read(whole).schedules)
    missing, name = end.strip("*"), {"UNZ": "UNZ", "GE*": "IEA"}[end]
    place = f"a.edi, {missing}: 2 said, 1 found" if loss == "a message" else f"a.edi: no {name}"
    assert [(one.code, one.places) for one in read.problems] == [("incomplete interchange", (place,))]


def test_groups_of_messages_are_counted_as_groups(tmp_path: Path) -> None:
    """Where messages stand in groups, UNZ counts these, and UNE the messages in each."""
    text = DELFOR_CUMULATIVE.replace("'UNH", "'UNG+DELFOR+A+B'UNH", 1).replace("UNZ+1", "UNE+1+1'UNZ+1")
    (tmp_path / "a.edi").write_text(text, encoding="latin-1")
    assert not [one for one in irrupt.read(tmp_path / "a.edi").problems if one.code == "incomplete interchange"]


def test_when_all_messages_are_broken_all_faults_are_told(
    messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    for name, write in messages.items():
        for number, text in enumerate(write(invented)[:3]):
            (tmp_path / f"{number}.edi").write_text(text[: len(text) // 2], encoding="latin-1")
        with pytest.raises(DataError) as caught:
            irrupt.read(tmp_path)
        assert len(caught.value.faults) == 3, name


def test_the_same_message_twice_counts_once(messages: Writers, invented: pl.DataFrame, tmp_path: Path) -> None:
    few = invented.filter(pl.col("plan").is_in(["1", "2"]))
    for name, write in messages.items():
        texts = write(few)
        for number, text in enumerate([*texts, texts[2]]):
            (tmp_path / f"{number:02d}.edi").write_text(text, encoding="latin-1")
        read = irrupt.read(tmp_path)
        assert [(one.code, one.count) for one in read.problems] == [("repeated message", 1)], name
        assert planned(read.schedules).equals(planned(few)), name


def test_a_wrong_count_of_segments_is_told(messages: Writers, invented: pl.DataFrame, tmp_path: Path) -> None:
    lines = messages["DELFOR D.97A"](invented)[0].split("\n")
    del lines[8]
    (tmp_path / "a.edi").write_text("\n".join(lines), encoding="latin-1")
    with pytest.raises(DataError, match="segments"):
        irrupt.read(tmp_path / "a.edi")


DELFOR_CUMULATIVE = (
    "UNB+UNOA:2+OEM+US+240101:0800+1'UNH+1+DELFOR:D:97A:UN'BGM+241+77+5'DTM+137:20240102:102'NAD+MI+OEM'NAD+ST+W1'"
    "LIN+++P?+1:IN'QTY+70:900:PCE'DTM+51:20230101:102'QTY+83:25:PCE'SCC+1++W'QTY+3:950:PCE'DTM+2:20240108:102'"
    "QTY+3:1000:PCE'DTM+2:20240115:102'SCC+4++M'QTY+3:40:PCE'DTM+2:20240201:102'QTY+48:30:PCE'DTM+50:20231228:102'"
    "UNT+20+1'UNZ+1+1'"
)


def test_cumulative_quantities_backlog_and_receipts_of_a_delfor(tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_text(DELFOR_CUMULATIVE, encoding="latin-1")
    read = irrupt.read(tmp_path / "a.edi")
    rows = read.schedules.sort("period", "backlog")
    assert rows["quantity"].to_list() == [30.0, 25.0, 25.0, 50.0, 40.0]
    assert rows["kind"].to_list() == ["receipt", *["forecast"] * 4]
    assert rows["backlog"].to_list() == [False, True, False, False, False]
    assert rows["firm"].to_list() == [None, None, True, True, False]
    assert set(rows["part"]) == {"P+1"}
    assert rows["until"][4] == datetime(2024, 3, 1, tzinfo=UTC)
    assert [problem.code for problem in read.problems] == ["total set back"]


def test_vda_codes_for_backlog_need_at_once_and_months(tmp_path: Path) -> None:
    pairs = "".join(["333333000000010", "444444000000020", "240108000000030", "555555000000000", "240910000000040"])
    more = "".join(["240300000000050", "999999000000099", "000000000000000"])
    lines = [
        "51102ACME     US       0000000001240105000000",
        f"51201 W1{'7':<9}240105{'':<9}{'':<6}{'PART':<22}{'':<22}",
        "51301" + "240101NOTE    240101000000250000" + "0000001000" + pairs,
        "51401" + more,
        "51901" + "0000001" * 4,
    ]
    (tmp_path / "a.vda").write_text("\n".join(line.ljust(128) for line in lines), encoding="latin-1")
    rows = irrupt.read(tmp_path / "a.vda").schedules.filter(pl.col("kind") == "forecast").sort("quantity")
    assert rows["quantity"].to_list() == [10.0, 20.0, 30.0, 40.0, 50.0]
    assert rows["backlog"].to_list() == [True, False, False, False, False]
    assert rows["period"].dt.strftime("%Y-%m-%d").to_list() == [
        "2024-01-05", "2024-01-05", "2024-01-08", "2024-02-26", "2024-03-01",
    ]  # fmt: skip
    assert (rows["until"] - rows["period"]).dt.total_days().to_list() == [1, 1, 1, 14, 31]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_the_published_messages_are_read() -> None:
    rows = irrupt.read(SHARED / "edi" / "4905.edi").schedules
    assert rows.select("plant", "part", "quantity").row(0) == ("030", "1514280009100", 346.0)
    rows = irrupt.read(SHARED / "edi" / "DESADV.edifact").schedules
    assert (set(rows["kind"]), set(rows["client"]), rows["quantity"].sum()) == ({"delivered"}, {"104"}, 2000.0)
    rows = irrupt.read(SHARED / "edi" / "sample-orders.edifact").schedules
    assert (set(rows["kind"]), rows["quantity"].sum()) == ({"call-off"}, 9.0)
    with pytest.raises(DataError):
        irrupt.read(SHARED / "robustness" / "sample-invalid-version.edifact")


def test_segments_are_cut_as_a_well_kept_parser_does(messages: Writers, invented: pl.DataFrame) -> None:
    from pydifact.segmentcollection import RawSegmentCollection

    for text in (messages["DELFOR D.97A"](invented)[0], DELFOR_CUMULATIVE, "UNB+A?'B+x??'LIN+1++a?:b:IN'"):
        ours, _rest = edifact.segments(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = RawSegmentCollection.from_str(text).segments
        assert [one.tag for one in ours] == [one.tag for one in theirs if one.tag != "UNA"]
        for one, other in zip(ours, [one for one in theirs if one.tag != "UNA"], strict=True):
            flat = [part if isinstance(part, list) else [part] for part in other.elements]
            assert [list(element) for element in one.elements] == flat


@pytest.mark.parametrize(
    ("value", "form", "begin", "days"),
    [
        ("20240105", "102", "2024-01-05", None),
        ("240105", "101", "2024-01-05", None),
        ("202402", "610", "2024-02-01", 29),
        ("202405", "616", "2024-01-29", 7),
        ("2024010120240131", "718", "2024-01-01", 31),
        ("20240101", "718", "2024-01-01", None),
        ("20240101-20240131", "711", "2024-01-01", 31),
        ("240101-240131", "717", "2024-01-01", 31),
        ("2401010600-2401051200", "713", "2024-01-01", 5),
        ("202405-202407", "716", "2024-01-29", 21),
        ("2405-2407", "715", "2024-01-29", 21),
        ("202401-202403", "710", "2024-01-01", 91),
        ("050124", "2", "2024-01-05", None),
        ("010524", "3", "2024-01-05", None),
        ("20240105", "999", "2024-01-05", None),
        ("202401050630", "203", "2024-01-05", None),
    ],
)
def test_moments_are_read_in_all_forms(value: str, form: str, begin: str, days: int | None) -> None:
    first, last = delfor.moment(value, form)
    assert first is not None
    assert f"{first:%Y-%m-%d}" == begin
    assert (last - first).days == days if days else last is None


@given(
    st.binary(max_size=300), st.sampled_from(["UNB+UNOA:1+A+B'UNH+1+DELFOR:D:97A:UN'", "511", "ISA*00*", "UNA:+.? '"])
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_anything_but_a_clear_error(tmp_path: Path, junk: bytes, head: str) -> None:
    path = tmp_path / "junk.edi"
    path.write_bytes(head.encode() + junk)
    with suppress(irrupt.IrruptError):
        irrupt.read(path)


@given(data=st.data())
@settings(
    deadline=None, max_examples=settings().max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damaged_messages_never_end_in_a_traceback(
    data: Any, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    name = data.draw(st.sampled_from(sorted(messages)))
    text = messages[name](invented.filter(pl.col("plan").is_in(["1", "2"])))[0]
    at = data.draw(st.integers(0, len(text)))
    size = data.draw(st.integers(0, 40))
    damaged = text[:at] + data.draw(st.text(max_size=5)) + text[at + size :]
    path = tmp_path / "damaged.edi"
    path.write_text(damaged, encoding="utf-8")
    with suppress(irrupt.IrruptError):
        irrupt.read(path)


@pytest.mark.parametrize("left", [1, 2, 3, 4, 5])
def test_a_line_that_ends_within_a_date_is_no_traceback(
    messages: Writers, invented: pl.DataFrame, tmp_path: Path, left: int
) -> None:
    lines = messages["VDA 4905"](invented.filter(plan="1"))[0].splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("513"))
    lines[at] = lines[at][: 47 + left]
    (tmp_path / "a.edi").write_text("\n".join(lines), encoding="utf-8")
    assert irrupt.read(tmp_path / "a.edi").problems


def test_a_folder_without_messages_is_told_and_sizes_are_capped(
    messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(DataError, match="folder"):
        irrupt.read(tmp_path)
    (tmp_path / "a.edi").write_text(messages["X12 830"](invented)[0], encoding="utf-8")
    assert irrupt.read(tmp_path).schedules.height
    with pytest.raises(DataError, match="bytes"):
        irrupt.read(tmp_path, limits=Limits(size=100))


def test_tables_of_plans_beside_messages_are_not_left_out_in_silence(
    messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "a.edi").write_text(messages["X12 830"](invented)[0], encoding="utf-8")
    (tmp_path / "rates.csv").write_text("currency;rate\nEUR;1\n", encoding="utf-8")
    assert irrupt.read(tmp_path).schedules.height
    (tmp_path / "b.csv").write_text("Part;Issued;Week;Qty\nA1;2025-09-01;2025-W38;5\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.csv.*folder of its own.*irrupt convert"):
        irrupt.read(tmp_path)


def test_messages_of_another_standard_are_named(tmp_path: Path) -> None:
    text = "UNB+UNOA:1+V+M+250929:0700+1'UNH+1+DELINS:3::OD'DEL+250929+210::'UNT+3+1'UNZ+1+1'"
    (tmp_path / "a.edi").write_text(text, encoding="utf-8")
    for source in (tmp_path, tmp_path / "a.edi"):
        with pytest.raises(DataError, match=r"not read: DELINS \(1\); ask for DELFOR"):
            irrupt.read(source)


def test_cumulative_schedules_of_an_830_count_from_what_was_required_before(tmp_path: Path) -> None:
    body = [
        "ST*830*0001",
        "BFR*05**9*DL*C*20240101*20240401*20231229",
        "N1*MI*OEM*92*OEM1",
        "LIN**BP*P1",
        "UIT*EA",
        "ATH*PQ*20231231*900",
        "FST*950*C*W*20240101",
        "FST*1000*D*W*20240108",
        "FST*1100*D*F*20240115*20240128",
        "SHP*01*30*050*20231220",
        "SHP*02*870*051*20230101**20231220",
        "SE*12*0001",
    ]
    isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*US             *240101*0800*U*00401*000000001*0*P*>"
    (tmp_path / "a.edi").write_text("~".join([isa, *body, "IEA*1*000000001", ""]), encoding="latin-1")
    rows = irrupt.read(tmp_path / "a.edi").schedules.sort("period")
    assert rows["kind"].to_list() == ["receipt", "forecast", "forecast", "forecast"]
    assert rows["quantity"].to_list() == [30.0, 50.0, 50.0, 100.0]
    assert rows["firm"].to_list() == [None, True, False, False]
    assert (rows["until"] - rows["period"]).dt.total_days().to_list() == [1, 7, 7, 14]
    assert set(rows["client"]) == {"OEM"}


@pytest.mark.parametrize("instead", ["XXX+1:2:3", "QTY+999:40:PCE", ""])
def test_a_quantity_that_is_missing_or_of_no_known_kind_is_told_with_its_place(instead: str, tmp_path: Path) -> None:
    """The week had nothing in it, and nobody said so: it looked like a call-off that was taken back."""
    ordinary = "SCC+1++W'QTY+113:{}:PCE'DTM+2:{}:102'"
    days = ["20240108", "20240115", "20240122", "20240129"]
    lines = "".join(ordinary.format(50 + at, one) for at, one in enumerate(days))
    lines = lines.replace("QTY+113:52:PCE'", instead + "'" if instead else "") + "QTY+52:10:PCE'"
    body = f"BGM+241+R1+9'DTM+137:20240105:102'NAD+BY+ACME::92'LIN+1++P:IN'{lines}"
    count = body.count("'") + 2
    text = f"UNB+UNOA:2+A+B+240105:0800+1'UNH+1+DELFOR:D:97A:UN'{body}UNT+{count}+1'UNZ+1+1'"
    (tmp_path / "a.edi").write_text(text, encoding="latin-1")
    read = irrupt.read(tmp_path / "a.edi")
    assert sorted(read.schedules["quantity"]) == [50.0, 51.0, 53.0]
    assert [(one.code, one.count) for one in read.problems] == [("unread quantity", 1)]
    assert "segment 1" in read.problems[0].places[0]


SPAN = ["SCC+1++W", "QTY+113:{q}:PCE", "DTM+64:{day}:102", "DTM+63:{end}:102"]
PAIRS = {
    "one date for both": ["QTY+113:{q}:PCE", "QTY+3:{c}:PCE", "DTM+2:{day}:102"],
    "the total first": ["QTY+3:{c}:PCE", "QTY+113:{q}:PCE", "DTM+2:{day}:102"],
    "a date for each": ["QTY+113:{q}:PCE", "DTM+2:{day}:102", "QTY+3:{c}:PCE", "DTM+2:{day}:102"],
    "conditions for each": ["SCC+1", "QTY+3:{c}", "DTM+2:{day}:102", "SCC+1", "QTY+113:{q}", "DTM+2:{day}:102"],
    "from and to, then from": [*SPAN, "QTY+3:{c}:PCE", "DTM+64:{day}:102"],
    "from and to, then to": [*SPAN, "QTY+3:{c}:PCE", "DTM+63:{end}:102"],
    "from, then to": ["SCC+1++W", "QTY+113:{q}:PCE", "DTM+64:{day}:102", "QTY+3:{c}:PCE", "DTM+63:{end}:102"],
    "from, then to, nothing said of weeks": ["SCC+1", "QTY+113:{q}", "DTM+64:{day}", "QTY+3:{c}", "DTM+63:{end}"],
    "to, then from and to": ["SCC+1++W", "QTY+3:{c}:PCE", "DTM+63:{end}:102", *SPAN[1:]],
    "to, then from and to, conditions once": ["QTY+3:{c}:PCE", "DTM+63:{end}:102", *SPAN[1:]],
    "counted to": ["SCC+1++W", "QTY+113:{q}:PCE", "DTM+2:{day}:102", "QTY+3:{c}:PCE", "DTM+52:{end}:102"],
    "no date for the total": ["QTY+113:{q}:PCE", "DTM+2:{day}:102", "QTY+3:{c}:PCE"],
    "conditions behind": ["QTY+113:{q}", "SCC+1++W", "DTM+64:{day}", "QTY+3:{c}", "SCC+1++W", "DTM+63:{end}"],
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_total_beside_a_quantity_is_no_quantity_of_its_own(pair: str, tmp_path: Path) -> None:
    quantities, total, lines = [10, 20, 30], 500, list[str]()
    for place, plant in enumerate(("P1", "P2")):
        lines += ["LIN+1++PART:IN", f"NAD+ST+{plant}", *(["SCC+1"] if "behind" not in pair else [])]
        for at, quantity in enumerate(quantities):
            total += quantity + place
            told = {"q": quantity + place, "c": total, "day": f"202401{8 + 7 * at:02}", "end": f"202401{14 + 7 * at}"}
            lines += [line.format(**told) for line in PAIRS[pair]]
    body = ["UNH+1+DELFOR:D:97A:UN", "BGM+241+1", "DTM+137:20240105:102", *lines]
    text = "UNB+UNOA:2+ACME+US'" + "'".join([*body, f"UNT+{len(body) + 1}+1"]) + "'UNZ+1+1'"
    (tmp_path / "a.edi").write_text(text, encoding="latin-1")
    read = irrupt.read(tmp_path / "a.edi")
    assert read.schedules["quantity"].to_list() == [10.0, 20.0, 30.0, 11.0, 21.0, 31.0]
    assert read.schedules["cumulative"].to_list() == [510.0, 530.0, 560.0, 571.0, 592.0, 623.0]
    assert [one.day for one in read.schedules["period"]] == [8, 15, 22] * 2
    assert read.schedules["firm"].all()
    assert read.problems == ()


@pytest.mark.parametrize("every", ["", "++W"])
def test_totals_that_go_on_where_single_quantities_end_are_periods_of_their_own(every: str, tmp_path: Path) -> None:
    """Days singly, then weeks by their totals: the first total, though right behind a quantity, is not its own."""
    days = [f"QTY+113:5'DTM+2:202401{day:02}:102'" for day in (8, 9, 10, 11, 12)]
    weeks = [f"QTY+3:{total}'DTM+2:202401{day}:102'" for total, day in ((145, 15), (165, 22))]
    conditions = f"SCC+4{every}'" if every else ""
    body = f"BGM+241+1'DTM+137:20240105:102'LIN+1++P:IN'QTY+70:100'SCC+1'{''.join(days)}{conditions}{''.join(weeks)}"
    count = body.count("'") + 2
    text = f"UNB+UNOA:2+ACME+US'UNH+1+DELFOR:D:97A:UN'{body}UNT+{count}+1'UNZ+1+1'"
    (tmp_path / "a.edi").write_text(text, encoding="latin-1")
    rows = irrupt.read(tmp_path / "a.edi").schedules
    assert [one.day for one in rows["period"]] == [8, 9, 10, 11, 12, 15, 22]
    assert rows["quantity"].to_list()[:5] == [5.0] * 5
    assert rows["quantity"].to_list()[6] == 20.0


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("code", "factor"),
    [("MIL", 1000), ("T3", 1000), ("CEN", 100), ("HD", 6), ("TP", 10), ("PCE", 1), ("KGM", 1), ("", 1)],
)
def test_units_that_are_multiples_are_counted_singly_and_told(code: str, factor: int, tmp_path: Path) -> None:
    text = DELFOR_CUMULATIVE.replace(":PCE'", f":{code}'")
    (tmp_path / "a.edi").write_text(text, encoding="latin-1")
    read = irrupt.read(tmp_path / "a.edi")
    rows = read.schedules.sort("period", "backlog")
    assert rows["quantity"].to_list() == [factor * one for one in (30.0, 25.0, 25.0, 50.0, 40.0)]
    assert any(f"where their unit is {code}" in note for note in read.notes) == (factor > 1)


@pytest.mark.parametrize(("code", "factor"), [("TH", 1000), ("HU", 100), ("DZ", 12), ("T3>x", 1000), ("EA", 1)])
def test_the_unit_of_a_line_of_an_830_counts_for_all_its_quantities(code: str, factor: int, tmp_path: Path) -> None:
    body = [
        "ST*830*0001", "BFR*05**9*DL*A*20240101*20240401*20231229", "N1*MI*OEM*92*OEM1",
        "LIN**BP*P1", f"UIT*{code}", "FST*5*D*W*20240108", "SHP*01*3*050*20231220",
        "LIN**BP*P2", "FST*7*D*W*20240108", "SE*10*0001",
    ]  # fmt: skip
    isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*US             *240101*0800*U*00401*000000001*0*P*>"
    (tmp_path / "a.edi").write_text("~".join([isa, *body, "IEA*1*000000001", ""]), encoding="latin-1")
    read = irrupt.read(tmp_path / "a.edi")
    assert sorted(read.schedules["quantity"]) == sorted([7.0, 3.0 * factor, 5.0 * factor])
    assert any("where their unit is" in note for note in read.notes) == (factor > 1)


@pytest.mark.parametrize("kind", ["VDA 4905", "VDA 4915"])
def test_records_of_vda_may_have_lost_the_blanks_at_their_ends(
    kind: str, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    """As they do on their way by mail; the first one ends with a date that may be blank."""
    texts = [text.replace("000000\n", "\n", 1).replace("000000 ", " ", 1) for text in messages[kind](invented)]
    for whole, name in ((True, "a"), (False, "b")):
        (tmp_path / name).mkdir()
        for number, text in enumerate(texts):
            lines = [line.ljust(128) if whole else line.rstrip() for line in text.splitlines()]
            (tmp_path / name / f"{number}.txt").write_text("\r\n".join(lines), encoding="latin-1")
    one, other = (irrupt.read(tmp_path / name) for name in "ab")
    assert one.schedules.equals(other.schedules)
    assert one.schedules.height


@pytest.mark.parametrize(("unit", "told"), [("ST", False), ("  ", False), ("TS", True)])
def test_units_of_vda_that_are_no_pieces_are_told_of(
    unit: str, told: bool, messages: Writers, invented: pl.DataFrame, tmp_path: Path
) -> None:
    """What a code stands for is not guessed: numbers stay as they are written."""
    read = []
    for name, code in (("plain", "  "), ("coded", unit)):
        text = "\n".join("".join(messages["VDA 4905"](invented)).splitlines())
        lines = [f"{one[:103]:<103}{code}{one[105:]}" if one[:3] == "512" else one for one in text.split("\n")]
        path = tmp_path / f"{name}.vda"
        path.write_text("\n".join(lines), encoding="latin-1")
        read.append(irrupt.read(path))
    assert any("units called TS" in note for note in read[1].notes) == told
    assert planned(read[1].schedules).equals(planned(read[0].schedules))


def test_call_offs_within_lines_keep_their_part(tmp_path: Path) -> None:
    """In the directories lines stand within sequences; some write sequences within lines."""
    path = tmp_path / "calls.edi"
    path.write_text(
        "UNB+UNOC:3+KUNDE+WIR+260210:0600+1'UNH+1+DELJIT:D:96A:UN'BGM+242+7+9'DTM+137:20260210:102'NAD+BY+KUNDE::9'"
        "LIN+1++A:EN'SEQ++1'QTY+1:240:PCE'DTM+2:20260216:102'SEQ++2'DTM+2:20260223:102'QTY+1:120:PCE'"
        "LIN+2++B:EN'SEQ++1'QTY+1:60:PCE'DTM+2:20260216:102'UNT+16+1'UNZ+1+1'"
    )
    read = irrupt.read(path).schedules.sort("part", "period")
    assert read["part"].to_list() == ["A", "A", "B"]
    assert read["quantity"].to_list() == [240, 120, 60]
    assert [one.day for one in read["period"]] == [16, 23, 16]


ENVELOPES = (
    "UNB+UNOC:3+A+B+260904:0700+1'UNH+1+DELFOR:D:97A:UN'BGM+241+7+5'LIN+1++P:IN'QTY+113:5:PCE'DTM+2:20260910:102'"
    "UNT+6+1'UNZ+1+1'",
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260903*0700*U*00401*000000001*0*P*>~"
    "GS*PS*A*B*20260904*0700*1*X*004010~ST*830*0001~BFR*00*7**DL*A*20260904*20261130~LIN**BP*P~FST*5*C*D*20260910~"
    "SE*5*0001~GE*1*1~IEA*1*000000001~",
)


@pytest.mark.parametrize("text", ENVELOPES, ids=["EDIFACT", "X12"])
def test_a_message_without_a_date_is_as_old_as_its_envelope_and_that_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "undated.edi"
    path.write_text(text)
    read = irrupt.read(path)
    assert [one.date().isoformat() for one in read.schedules["issued"]] == ["2026-09-04"]
    (problem,) = read.problems
    assert (problem.code, problem.count) == ("undated message", 1)
    path.write_text(text.replace("260904:0700", "").replace("260903", "").replace("*20260904*0700", "**"))
    with pytest.raises(DataError, match="does not say when it was issued"):
        irrupt.read(path)


@pytest.mark.parametrize("second", ["Autowerk Kassel GmbH", "Truck SA"])
def test_clients_are_called_by_their_names_and_by_their_numbers_where_they_share_one(
    second: str, tmp_path: Path
) -> None:
    for number, name in (("4012345000009", "Autowerk Kassel GmbH"), ("4012345000016", second)):
        text = (
            f"UNB+UNOC:3+S+R+260105:0700+{number}'UNH+1+DELFOR:D:96A:UN'BGM+241+{number}+5'DTM+137:20260105:102'"
            f"NAD+BY+{number}::9++{name}'GIS+37'LIN+++P:IN'QTY+113:40:PCE'DTM+2:20260112:102'UNT+9+1'UNZ+1+{number}'"
        )
        (tmp_path / f"{number}.edi").write_text(text, encoding="latin-1")
    read = irrupt.read(tmp_path)
    alone = {"Autowerk Kassel GmbH", "Truck SA"}
    both = {f"Autowerk Kassel GmbH ({number})" for number in ("4012345000009", "4012345000016")}
    assert set(read.schedules["client"]) == (alone if second == "Truck SA" else both)
    assert any("4012345000009 = Autowerk Kassel GmbH" in note for note in read.notes)
