"""Files of SPSS and Stata, cell by cell: what they hold, and those that cannot be relied on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import statsmodels

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.statistics_file import read_statistics

Kind = Literal["spss", "stata"]
SUFFIX: dict[Kind, str] = {"spss": ".sav", "stata": ".dta"}
OF_STATA = Path(statsmodels.__file__).parent
CYRILLIC = "Девочка"


def read(path: Path, *, encoding: str | None = None) -> RawTable:
    kind: Kind = "stata" if path.suffix == ".dta" else "spss"
    return read_statistics(path, file=path.name, kind=kind, encoding=encoding)


def columns(table: RawTable) -> dict[str, list[str]]:
    return {name: table.cells[at].tolist() for at, name in enumerate(table.header)}


def written(folder: Path, frame: pd.DataFrame, kind: Kind = "spss", **options: Any) -> Path:
    path = folder / f"made{SUFFIX[kind]}"
    write = pyreadstat.write_sav if kind == "spss" else pyreadstat.write_dta
    write(frame, str(path), **options)
    return path


def test_a_file_that_stata_wrote_gives_the_numbers_of_the_same_table_as_text() -> None:
    """Stata's `float` is single precision: 2710.349 is kept as 2710.34912109375."""
    folder = OF_STATA / "datasets" / "macrodata"
    texts = pd.read_csv(folder / "macrodata.csv", dtype="str")
    table = read(folder / "macrodata.dta")
    assert list(table.header) == list(texts.columns)
    for name, cells in columns(table).items():
        assert list(map(float, cells)) == list(map(float, texts[name])), name


def test_dates_and_missing_numbers_that_stata_wrote() -> None:
    folder = OF_STATA / "iolib" / "tests" / "results"
    dates = columns(read(folder / "time_series_examples.dta"))
    assert dates["date"] == ["2010-01-20", "1953-10-02"]
    assert dates["datetime_c"] == ["2006-11-19T23:13:20", "1959-12-31T20:03:20"]
    assert dates["weekly_date"] == ["2601", "-601"]  # weeks, months and quarters are numbers
    empty = columns(read(folder / "data_missing.dta"))
    assert list(empty.values()) == [[""]] * 5


def test_single_precision_is_as_it_was_typed(tmp_path: Path) -> None:
    typed = [5.1, 0.1, 3.0, 16777216.0, np.nan]
    frame = pd.DataFrame({"in_single": np.array(typed, dtype=np.float32), "in_double": typed})
    frame.to_stata(tmp_path / "made.dta", write_index=False, version=118)
    found = columns(read(tmp_path / "made.dta"))
    assert found["in_single"] == found["in_double"] == ["5.1", "0.1", "3", "16777216", ""]


def test_every_format_of_dates_gives_the_same_day(tmp_path: Path) -> None:
    names = ("DATE11", "ADATE10", "EDATE10", "SDATE10", "JDATE7")
    frame = pd.DataFrame({name: [dt.date(2024, 3, 9), None] for name in names})
    frame["DATETIME20"] = [dt.datetime(2024, 3, 9, 8, 5), None]
    formats = {name: name for name in frame.columns}
    found = columns(read(written(tmp_path, frame, variable_format=formats)))
    assert [found[name] for name in names] == [["2024-03-09", ""]] * len(names)
    assert found["DATETIME20"] == ["2024-03-09T08:05:00", ""]


def test_a_day_that_no_calendar_has_stays_a_number_and_the_others_days(tmp_path: Path) -> None:
    seconds = (dt.date(2024, 3, 9) - dt.date(1582, 10, 14)).days * 86_400
    frame = pd.DataFrame(
        {"sent": [float(seconds), 6.3e12], "day": [float(seconds)] * 2, "k": [1.0, 2.0]}
    )
    formats = {"sent": "DATETIME20", "day": "ADATE10"}
    found = columns(read(written(tmp_path, frame, variable_format=formats)))
    assert found == {
        "sent": [str(seconds), "6300000000000"],
        "day": ["2024-03-09"] * 2,
        "k": ["1", "2"],
    }


def test_ranges_of_missing_codes_and_labels_of_texts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, 97, 98.5, 99], "b": [-1.0, 0, 5, 7], "s": ["f", "m", "u", ""]})
    path = written(
        tmp_path,
        frame,
        missing_ranges={"a": [{"lo": 97, "hi": 99}], "b": [-1, {"lo": 6, "hi": 8}], "s": ["u"]},
        variable_value_labels={"s": {"f": "female", "u": "not said"}, "a": {99.0: "refused"}},
    )
    table = read(path)
    assert table.user_missing == {0: {"97", "98.5", "99"}, 1: {"-1", "7"}, 2: {"u"}}
    assert table.value_labels == {0: {"99": "refused"}, 2: {"f": "female", "u": "not said"}}
    assert columns(table)["a"] == ["1", "97", "98.5", "99"]


def test_long_names_and_long_texts_are_whole(tmp_path: Path) -> None:
    name, text = "a_question_with_a_name_of_sixty_four_letters_as_spss_allows_it_x", "я" * 900
    frame = pd.DataFrame({name: [text, ""], f"{name[:-1]}y": ["b", "c"]})
    assert columns(read(written(tmp_path, frame)))[name] == [text, ""]


def in_1251(path: Path) -> Path:
    """Put Cyrillic letters of Windows-1251 in the place of Latin ones of the same number."""
    data = path.read_bytes().replace(b"Devochk", CYRILLIC.encode("cp1251"))
    data = data.replace((65001).to_bytes(4, "little"), (1251).to_bytes(4, "little"))
    name = (1).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"UTF-8"
    other = (1).to_bytes(4, "little") + (12).to_bytes(4, "little") + b"windows-1251"
    path.write_bytes(data.replace(name, other))
    return path


def test_a_file_of_spss_in_windows_letters_says_so_itself(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sex": [1.0, 2.0], "said": ["Devochk", "b"]})
    labels = {"sex": {1.0: "Devochk", 2.0: "b"}}
    table = read(in_1251(written(tmp_path, frame, variable_value_labels=labels)))
    assert table.value_labels[0]["1"] == CYRILLIC
    assert columns(table)["said"] == [CYRILLIC, "b"]


def test_an_old_file_of_stata_in_windows_letters_is_declared(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sex": [1, 2], "said": ["Devochk", "b"]})
    labels = {"sex": {1: "Devochk", 2: "b"}}
    path = in_1251(written(tmp_path, frame, "stata", version=12, variable_value_labels=labels))
    table = read(path, encoding="windows-1251")
    assert table.value_labels[0]["1"] == CYRILLIC
    assert columns(table)["said"] == [CYRILLIC, "b"]
    assert columns(read(path))["said"] != [CYRILLIC, "b"]


@pytest.mark.parametrize("kind", SUFFIX)
def test_a_file_that_was_cut_off_is_refused_wherever_it_ends(tmp_path: Path, kind: Kind) -> None:
    frame = pd.DataFrame({"k": np.arange(40.0), "s": [f"text {n}" for n in range(40)]})
    labels = {"k": {1.0: "one", 2.0: "two"}}
    path = written(tmp_path, frame, kind, variable_value_labels=labels)
    data = path.read_bytes()
    for part in range(1, 20):
        path.write_bytes(data[: len(data) * part // 20])
        with pytest.raises(SurveyFileError, match="must be readable"):
            read(path)
    path.write_bytes(data[:-1])
    with pytest.raises(SurveyFileError, match="must be readable"):
        read(path)


def test_a_file_with_a_password_is_told_from_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "made.sav"
    path.write_bytes(b"\x1c" + bytes(7) + b"ENCRYPTEDSAV" + bytes(200))
    with pytest.raises(SurveyFileError, match="one with a password"):
        read(path)
