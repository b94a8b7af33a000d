"""Broken files of every kind: the layout is found, good rows beside bad ones are never lost."""

import csv
import datetime as dt
import gzip
import io
import tracemalloc
from pathlib import Path

import msgspec
import pytest
import xlsxwriter
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from konnektu.reading.api import MAX_CELL, BadRow, Layout, Row
from konnektu.reading.files import EmptyFile, inspect, read
from konnektu.reading.text import BrokenArchive
from konnektu.reading.workbook import BrokenWorkbook

KNOWN = {"имя", "телефон", "почта", "phone", "name", "email", "город", "дата рождения"}


def known(name: str) -> bool:
    return name.casefold() in KNOWN


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def taken(path: Path) -> tuple[Layout, list[Row], list[BadRow]]:
    layout = inspect(path, known)
    found = list(read(path, layout))
    return layout, [r for r in found if isinstance(r, Row)], [r for r in found if isinstance(r, BadRow)]


TABLE = "Имя;Телефон;Город\r\nИван;+79031234567;Москва\r\nОльга;8 (916) 765-43-21;Тверь\r\n"


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encoding_is_found(tmp_path, codec):
    layout, rows, bad = taken(written(tmp_path / "f", TABLE.encode(codec)))
    assert layout.columns == ("Имя", "Телефон", "Город")
    assert [r.cells["Город"] for r in rows] == ["Москва", "Тверь"]
    assert [r.number for r in rows] == [2, 3]
    assert not bad


def test_ascii_for_a_megabyte_then_cyrillic_is_still_told_apart(tmp_path):
    text = "id;Имя;phone\n" + "1;Ivan;1234567\n" * 70_000 + "2;Пётр Семёнович;7654321\n"
    _, rows, bad = taken(written(tmp_path / "f", text.encode("cp1251")))
    assert rows[-1].cells["column 2" if "Имя" not in rows[-1].cells else "Имя"] == "Пётр Семёнович"
    assert not bad


def test_a_few_broken_bytes_in_utf8_cost_their_rows_only(tmp_path):
    good = "".join(f"Имя{i};+7903{i:07d};Самара\n" for i in range(300)).encode()
    data = "Имя;Телефон;Город\n".encode() + good + b"\xcf\xb8\xff;1234567;X\n" + good
    layout, rows, bad = taken(written(tmp_path / "f", data))
    assert layout.encoding == "utf-8"
    assert len(rows) == 600
    assert [(b.number, b.reason) for b in bad] == [(302, "wrong_text")]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_found_among_others_inside_text(tmp_path, mark):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark)
    writer.writerow(["name", "note", "sum"])
    writer.writerows([f"N{i}", f'said, "well; then" | a\tb {i}', f"{i},50"] for i in range(30))
    layout, rows, bad = taken(written(tmp_path / "f", out.getvalue()))
    assert layout.delimiter == mark
    assert layout.columns == ("name", "note", "sum")
    assert len(rows) == 30
    assert not bad


def test_decimal_commas_do_not_make_the_comma_a_delimiter(tmp_path):
    layout, rows, _ = taken(written(tmp_path / "f", "a;b\n1,5;2,5\n3,5;4,5\n"))
    assert layout.delimiter == ";"
    assert rows[0].cells == {"a": "1,5", "b": "2,5"}


def test_sep_line_of_excel(tmp_path):
    layout, rows, _ = taken(written(tmp_path / "f", "sep=|\nname|phone\nA|1234567\n"))
    assert layout.columns == ("name", "phone")
    assert rows == [Row(3, {"name": "A", "phone": "1234567"})]


def test_header_below_title_note_and_gap(tmp_path):
    text = "Отчёт по клиентам;;\nСформирован 01.02.2026;;\n;;\nИмя;Телефон;Почта\nИван;+79031234567;i@ya.ru\n"
    layout, rows, _ = taken(written(tmp_path / "f", text))
    assert layout.header == 4
    assert rows == [Row(5, {"Имя": "Иван", "Телефон": "+79031234567", "Почта": "i@ya.ru"})]


def test_preamble_without_delimiters(tmp_path):
    text = "Выгрузка из программы\n\nИмя;Телефон\n" + "Иван;+79031234567\n" * 20
    layout, rows, bad = taken(written(tmp_path / "f", text))
    assert layout.columns == ("Имя", "Телефон")
    assert len(rows) == 20
    assert not bad


def test_no_header(tmp_path):
    layout, rows, _ = taken(written(tmp_path / "f", "Иван;+79031234567\nОльга;+79161234567\n"))
    assert layout.header == 0
    assert layout.columns == ("column 1", "column 2")
    assert len(rows) == 2


def test_words_alone_without_known_names_are_data(tmp_path):
    layout, rows, _ = taken(written(tmp_path / "f", "red;green\nblue;white\nblack;grey\n"))
    assert layout.header == 0
    assert len(rows) == 3


def test_one_column(tmp_path):
    layout, rows, _ = taken(written(tmp_path / "f", "email\na@ya.ru\nb@ya.ru\n"))
    assert layout.columns == ("email",)
    assert [r.cells["email"] for r in rows] == ["a@ya.ru", "b@ya.ru"]


def test_repeated_and_empty_names(tmp_path):
    layout, _, _ = taken(
        written(tmp_path / "f", "Имя;Телефон;;Телефон;Телефон\nA;1234567;2;3;4\nB;1234567;2;3;4\n")
    )
    assert layout.columns == ("Имя", "Телефон", "column 3", "Телефон (2)", "Телефон (3)")


def test_ragged_rows_are_errors_of_their_own(tmp_path):
    text = "name;phone;city\nA;1234567;X\nB;1234567\nC;1234567;Y;;\nD;1234567;Z;extra\nE;1234567;W\n"
    _, rows, bad = taken(written(tmp_path / "f", text))
    assert [r.cells["name"] for r in rows] == ["A", "C", "E"]
    assert [(b.number, b.reason) for b in bad] == [(3, "ragged"), (5, "ragged")]
    assert "2 cells" in bad[0].detail
    assert bad[0].text == "B;1234567"


def test_line_breaks_inside_quotes(tmp_path):
    _, rows, bad = taken(
        written(tmp_path / "f", 'name;phone;note\nA;1234567;"one\ntwo;\nthree"\nB;1234567;x\n')
    )
    assert [(r.number, r.cells["note"]) for r in rows] == [(2, "one\ntwo;\nthree"), (5, "x")]
    assert not bad


def test_an_unclosed_quote_costs_no_other_row(tmp_path):
    lines = [f"N{i};1234567;city {i}" for i in range(3_000)]
    lines[10] = '"N10;1234567;city 10'
    lines[20] = 'N20;"1234567;city'
    lines[1_500] = '"N1500;1234567;city 1500'
    _, rows, bad = taken(written(tmp_path / "f", "name;phone;city\n" + "\n".join(lines)))
    assert len(rows) + len(bad) == 3_000
    assert {r.number for r in rows} >= set(range(2, 3_002)) - {12, 22, 1_502}
    assert rows[10].cells["name"] == '"N10'


def test_quotes_in_the_middle_and_after_text(tmp_path):
    _, rows, bad = taken(
        written(tmp_path / "f", 'name;phone\nООО "Ромашка";1234567\n"Ю" Ли;1234567\n5" disk;1234567\n')
    )
    assert [r.cells["name"] for r in rows] == ['ООО "Ромашка"', "Ю Ли", '5" disk']
    assert not bad


def test_zero_bytes_and_old_mac_line_ends(tmp_path):
    _, rows, bad = taken(written(tmp_path / "f", b"name;phone\rA\x00B;1234567\rC;7654321\r"))
    assert [r.cells["name"] for r in rows] == ["A\x00B", "C"]
    assert not bad


def test_a_cell_of_a_megabyte(tmp_path):
    big = "x" * 1_000_000
    _, rows, _ = taken(written(tmp_path / "f", f"name;note\nA;1\nB;{big}\nC;3\n"))
    assert rows[1].cells["note"] == big


def test_an_endless_line_is_one_bad_row(tmp_path):
    data = b"name;note\nA;1\nB;" + b"y" * (2 * MAX_CELL + 10) + b"\nC;3\n"
    _, rows, bad = taken(written(tmp_path / "f", data))
    assert [r.cells["name"] for r in rows] == ["A", "C"]
    assert [(b.number, b.reason) for b in bad] == [(3, "too_long")]


@pytest.mark.parametrize("data", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b";;;\n;;;\n"])
def test_an_empty_file_says_so(tmp_path, data):
    with pytest.raises(EmptyFile):
        inspect(written(tmp_path / "f", data))


def test_a_header_without_rows_is_a_table_of_no_rows(tmp_path):
    layout, rows, bad = taken(written(tmp_path / "f", "Имя;Телефон\n"))
    assert layout.columns == ("Имя", "Телефон")
    assert (rows, bad) == ([], [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_packed_files(tmp_path, pack):
    layout, rows, _ = taken(written(tmp_path / "f", pack(TABLE.encode("cp1251"))))
    assert layout.compression
    assert len(rows) == 2


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Пустой")
    sheet = book.add_worksheet("Клиенты")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet.merge_range(0, 0, 0, 4, "Список клиентов", None)
    sheet.write_row(2, 0, ["Имя", "Телефон", "Дата рождения", "Сумма", "Был"])
    sheet.write_row(3, 0, ["Иван", 79031234567])
    sheet.write_datetime(3, 2, dt.datetime(1990, 5, 17), day)
    sheet.write_number(3, 3, 1234.5)
    sheet.write_datetime(3, 4, dt.datetime(2025, 1, 2, 3, 4), moment)
    sheet.write_row(6, 0, ["Ольга", "+7 916 000-11-22"])
    book.close()
    return path


def test_workbook_dates_numbers_title_and_gaps(tmp_path):
    layout, rows, bad = taken(workbook(tmp_path / "f"))
    assert (layout.sheet, layout.header) == ("Клиенты", 3)
    assert rows[0] == Row(
        4,
        {
            "Имя": "Иван",
            "Телефон": 79031234567,
            "Дата рождения": dt.date(1990, 5, 17),
            "Сумма": 1234.5,
            "Был": dt.datetime(2025, 1, 2, 3, 4),
        },
    )
    assert type(rows[0].cells["Телефон"]) is int
    assert (rows[1].number, rows[1].cells["Имя"]) == (7, "Ольга")
    assert not bad


def test_what_is_no_workbook_says_so(tmp_path):
    with pytest.raises(BrokenWorkbook):
        inspect(written(tmp_path / "f", b"PK\x03\x04" + b"junk" * 100))


def test_a_small_workbook_that_declares_billions_of_cells_is_refused(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "f")) as book:
        sheet = book.add_worksheet("Клиенты")
        sheet.write(0, 0, "Телефон")
        sheet.write(1_048_575, 16_383, "+79031234567")
    with pytest.raises(BrokenWorkbook, match="cells"):
        inspect(tmp_path / "f")


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    layout = inspect(workbook(tmp_path / "f"), known)
    with pytest.raises(BrokenWorkbook, match="Клиенты"):
        list(read(tmp_path / "f", msgspec.structs.replace(layout, sheet="Лист9")))


def test_json_lines(tmp_path):
    data = b'{"name":"A","traits":{"age":5}}\n\nnot json\n[1]\n{"name":"B","other":[1,2]}\n'
    layout, rows, bad = taken(written(tmp_path / "f", data))
    assert layout.format == "json_lines"
    assert layout.columns == ("name", "traits.age", "other")
    assert [r.number for r in rows] == [1, 5]
    assert [(b.number, b.reason) for b in bad] == [(3, "wrong_json"), (4, "wrong_json")]


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.text() | st.integers(-9, 9) | st.lists(st.text(max_size=3), max_size=3),
            max_size=4,
        ),
        min_size=1,
        max_size=30,
    )
)
def test_a_json_array_reads_as_its_lines(tmp_path_factory, objects):
    path = tmp_path_factory.mktemp("json") / "f"
    path.write_bytes(msgspec.json.encode(objects))
    layout = Layout(format="json_array")
    assert [r.cells for r in read(path, layout) if isinstance(r, Row)] == objects


def test_a_long_json_array_with_a_bad_element_and_a_broken_end(tmp_path):
    element = b'{"name":"' + "я".encode() * 2_000 + b'\\"]}","n":[[1],{"a":2}]}'
    data = b"[ " + b", ".join([element] * 300 + [b"{bad}"] + [element] * 300)
    _, rows, bad = taken(written(tmp_path / "f", data + b"]"))
    assert (len(rows), [b.number for b in bad]) == (600, [301])
    _, rows, bad = taken(written(tmp_path / "g", data))
    assert len(rows) == 599
    assert bad[-1].reason == "wrong_json"


def test_reading_goes_on_after_any_row(tmp_path):
    path = written(
        tmp_path / "f", "name;phone\n" + "".join(f"N{i};1234567\n" for i in range(50)) + "broken\n"
    )
    layout = inspect(path, known)
    everything = list(read(path, layout))
    assert len(everything) == 51
    for cut in (0, 1, 20, 51):
        after = everything[cut - 1][0] if cut else 0
        assert list(read(path, layout, after)) == everything[cut:]


@given(st.binary(max_size=2_000))
def test_no_bytes_break_reading(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "f"
    path.write_bytes(data)
    try:
        layout = inspect(path)
    except (EmptyFile, BrokenWorkbook, BrokenArchive):
        return
    numbers = [row[0] for row in read(path, layout)]
    assert numbers == sorted(set(numbers))


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "f"
    with path.open("w") as out:
        out.write("name;phone;email\n")
        out.writelines(f"Имя {i};+7903{i:07d};a{i}@ya.ru\n" for i in range(100_000))
    layout = inspect(path)
    tracemalloc.start()
    count = sum(1 for _ in read(path, layout))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 4_000_000
