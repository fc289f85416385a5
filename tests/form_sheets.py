"""A small survey form as sheets, to be changed and written by a test."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

Sheets = Mapping[str, Sequence[Sequence[object]]]

CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Urdu (ur)"],
    ["abc", "a", "First", "پہلا"],
    ["abc", "b", "Second", "دوسرا"],
    ["abc", "98", "I do not know", "معلوم نہیں"],
    [],
    ["five", "1", "No", "نہیں"],
    ["five", 2, "Hardly", "کم"],
    ["five", "5", "Yes", "ہاں"],
    ["five", 98, "I do not know", "معلوم نہیں"],
]
SURVEY = [
    ["type", "name", "label::English (en)", "label::Urdu (ur)"],
    ["start", "start"],
    ["begin_group", "quiz", "Quiz", "سوال"],
    ["select_one abc", "k1", "What is right?", "کیا درست ہے؟"],
    [],
    ["end_group"],
    ["begin group", "views", "Views", "خیالات"],
    ["select_one five", "r1", "I can.", "میں"],
    ["integer", "hours", "How many hours?", "کتنے گھنٹے؟"],
    ["end group"],
]
SETTINGS = [["form_title", "form_id", "default_language"], ["A form", "a_form", "English (en)"]]
SCORING = [
    [
        *("name", "outcome", "short_label", "item_type", "minimum", "maximum"),
        *("correct", "reverse", "missing_codes", "waves"),
    ],
    ["k1", "knowledge", "Right thing", "", "", "", "b", "", "98|99", ""],
    ["r1", "confidence", "I can", "rating", "", "", "", "yes", "98|99", "pre|post"],
    ["hours", "use", "Hours", "frequency", 0, 24, "", "", "-999", ""],
]


def sheets(**changed: Sequence[Sequence[object]]) -> dict[str, Sequence[Sequence[object]]]:
    """Sheets of the small form, some of them replaced."""
    whole = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, "scoring": SCORING}
    return {**whole, **changed}


def write_sheets(content: Sheets, path: Path) -> Path:
    """Write sheets to an XLSX file."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in content.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    book.close()
    return path
