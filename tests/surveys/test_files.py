"""One file as received to text: encodings, delimiters, workbooks, and what is refused."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.files import RawTable, read_raw

CYRILLIC = "школа;ответ\nСредняя школа имени Абая;да\nГимназия номер восемь;нет\n"
URDU = "سکول;نام\nلاہور شہر;مکتب\n".replace("ک", "ك").replace("ہ", "ه")
FRENCH = "école;réponse\nLycée de Genève;déjà\n"


def read(
    folder: Path, data: bytes, *, name: str = "a.csv", expected: tuple[str, ...] = ()
) -> RawTable:
    path = folder / name
    path.write_bytes(data)
    return read_raw(path, expected=expected)


def rows_of(raw: RawTable) -> list[list[str]]:
    columns = [raw.cells[position].tolist() for position in range(raw.cells.width)]
    return [list(row) for row in zip(*columns, strict=True)]


def refusal(folder: Path, data: bytes, *, name: str = "a.csv") -> str:
    with pytest.raises(SurveyFileError) as caught:
        read(folder, data, name=name)
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CYRILLIC, "utf-8"),
        (CYRILLIC, "utf-8-sig"),
        (CYRILLIC, "utf-16"),
        (CYRILLIC, "cp1251"),
        (URDU, "utf-8"),
        (URDU, "cp1256"),
        (FRENCH, "utf-8"),
        (FRENCH, "cp1252"),
    ],
)
def test_encoding_is_found_out(tmp_path: Path, text: str, encoding: str) -> None:
    raw = read(tmp_path, text.encode(encoding))
    assert raw.encoding == encoding
    lines = [line.split(";") for line in text.splitlines()]
    assert raw.header == tuple(lines[0])
    assert rows_of(raw) == lines[1:]


@pytest.mark.parametrize("mixed", [str.upper, str.title, str.capitalize, str.swapcase])
@pytest.mark.parametrize("text", [CYRILLIC, "да;нет\nшкола\n", "имя;класс\nпетр;седьмой\n"])
def test_russian_is_found_out_in_any_case(
    tmp_path: Path, text: str, mixed: Callable[[str], str]
) -> None:
    raw = read(tmp_path, mixed(text).encode("cp1251"))
    assert ";".join(raw.header).lower() == text.splitlines()[0]


@pytest.mark.parametrize("text", [URDU, "مدرسة;جواب\nنعم;لا\n", "ہاں;نہيں\n", "لڑکا;لڑکي\n"])
def test_arabic_and_urdu_are_not_taken_for_russian(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode("cp1256"))
    raw = read_raw(tmp_path / "a.csv", may_hold_no_rows=True)
    assert (raw.encoding, raw.header) == ("cp1256", tuple(text.splitlines()[0].split(";")))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    raw = read(tmp_path, "school;answer\nnorth;ja\n".encode(encoding))
    assert raw.header == ("school", "answer")
    assert raw.encoding == encoding


def test_two_encodings_are_refused_with_the_lines(tmp_path: Path) -> None:
    data = "a;b\nécole;1\n".encode() + "Genève;2\n".encode("cp1252") + "déjà;3\n".encode()
    text = refusal(tmp_path, data)
    assert text.startswith("a.csv, line 3: a file must be in one encoding")
    assert "export each again as UTF-8" in text
    assert "Gen" not in text


def test_declared_encoding_that_does_not_fit_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n" + "é;3\n".encode("cp1252"))
    with pytest.raises(
        SurveyFileError, match=r"one encoding \(utf-8\); found other bytes in line 3"
    ):
        read_raw(path, encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"PK\x03\x04\x14\x00", "a workbook (.xlsx, .ods) or an archive (.zip)"),
        (b"\xd0\xcf\x11\xe0\xa1", "a workbook of an old kind (.xls) or one with a password"),
        (b"$FL2@(#) SPSS DATA FILE", "a file of SPSS (.sav)"),
        (b"$FL3@(#) SPSS DATA FILE", "a file of SPSS (.zsav)"),
        (b"<stata_dta><header>", "a file of Stata (.dta)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\n<!DOCTYPE html>\n<title>Log in</title>", "a web page"),
        (b"<html><title>Log in</title>", "a web page"),
    ],
)
def test_what_is_no_text_is_called_what_it_is(tmp_path: Path, data: bytes, found: str) -> None:
    text = refusal(tmp_path, data)
    assert text.startswith(f"a.csv: a file with this ending must hold text; found {found}")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_the_one_that_shows_the_declared_columns(
    tmp_path: Path, delimiter: str
) -> None:
    text = delimiter.join(["school", "g/k1", "rest;,x"]) + "\n" + delimiter.join("123") + "\n"
    text = text.replace("rest;,x", '"rest;,x"')
    raw = read(tmp_path, text.encode(), expected=("school", "k1"))
    assert raw.header == ("school", "g/k1", "rest;,x")


def test_line_of_excel_that_names_the_separator(tmp_path: Path) -> None:
    raw = read(tmp_path, b"sep=|\r\na|b\r\n1|2\r\n")
    assert raw.header == ("a", "b")
    assert raw.rows.tolist() == [2]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    data = b'a;b;c\n"1";"two\nlines";3\n\n4;5\n6;7;8;9\n;;\n10;11;12\n'
    raw = read(tmp_path, data)
    assert raw.rows.tolist() == [2, 7]
    assert raw.misfits.tolist() == [4, 5]
    assert raw.n_rows == 4
    assert raw.cells[0].tolist() == ["1", "10"]


def test_row_numbers_hold_beyond_one_block_of_the_parser(tmp_path: Path) -> None:
    lines = [f"{number};{'x' * 50}" for number in range(60_000)]
    lines[50_000] = "too;many;cells"
    raw = read(tmp_path, ("a;b\n" + "\n".join(lines) + "\n").encode())
    assert raw.misfits.tolist() == [50_002]
    assert (raw.rows - 2).tolist() == raw.cells[0].astype(int).tolist()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "found nothing"),
        (b"\n\n  \n", "found blank lines"),
        (b"a;b;c\n", "found a header only"),
        (b"a;b;c\n;;\n", "found a header only"),
        (b'a;b\n1;2\n3;"four\n5;6\n', "found one that is open until the end of the file"),
    ],
)
def test_files_without_usable_rows_are_refused(tmp_path: Path, data: bytes, found: str) -> None:
    assert found in refusal(tmp_path, data)


def test_open_quotation_mark_names_its_row_and_not_its_text(tmp_path: Path) -> None:
    text = refusal(tmp_path, b'a;b\n1;2\n3;"canary\n5;6\n')
    assert text.startswith("a.csv, row 3:")
    assert "canary" not in text


def test_quotation_mark_within_a_word_is_no_fault(tmp_path: Path) -> None:
    raw = read(tmp_path, b'a;b\n1;the 5" screen\n2;y\n')
    assert raw.cells[1].tolist() == ['the 5" screen', "y"]


def write_workbook(path: Path, rows: list[list[object]], *, sheet: str = "Form") -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(row)
    workbook.create_sheet("repeat").append(["x"])
    workbook.save(path)


def test_workbook_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    day = dt.datetime(2024, 3, 1, 9, 30)
    write_workbook(path, [["a", "b", "c"], [1, 2.5, day], [None, None, None], ["x", None, True]])
    raw = read_raw(path)
    assert raw.header == ("a", "b", "c")
    assert raw.rows.tolist() == [2, 4]
    assert rows_of(raw) == [["1", "2.5", "2024-03-01T09:30:00"], ["x", "", "True"]]
    assert raw.encoding == "workbook"


def test_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [["a"], [1]])
    with pytest.raises(SurveyFileError, match="no sheet 'Forms'"):
        read_raw(path, sheet="Forms")
    assert read_raw(path, sheet="Form").n_rows == 1


def test_empty_sheet_and_broken_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [])
    with pytest.raises(SurveyFileError, match="an empty sheet"):
        read_raw(path)
    assert "no workbook" in refusal(tmp_path, b"PK\x03\x04 not a zip", name="b.xlsx")
