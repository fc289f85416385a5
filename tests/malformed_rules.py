"""Every rule of a survey file as the code has it, and why some reader cannot break some of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from impact_eval import surveys
from impact_eval.surveys.readers.registry import READERS
from impact_eval.surveys.rows import REASONS

ROOT = Path(surveys.__file__).parent
TESTS = Path(__file__).parent
TEXT = ("kobo", "odk", "google_forms", "long", "wide")
WITH_GROUPS = ("kobo", "odk")
STATISTICS = ("spss", "stata")
ALL = tuple(READERS)
# The modules that a survey file goes through, and the readers whose files do.
READERS_OF = {
    "encodings.py": TEXT,
    "files.py": TEXT,
    "headings.py": ALL,
    "sheets.py": ("workbook",),
    "readers/choose.py": ALL,
    "readers/kobo.py": ("kobo",),
    "readers/local_dates.py": ("google_forms",),
    "readers/odk.py": ("odk",),
    "readers/opened.py": ALL,
    "readers/repeats.py": WITH_GROUPS,
    "readers/statistics_file.py": STATISTICS,
    "readers/workbook.py": ("workbook",),
    "privacy/identifying.py": ("long",),
}

_FORM = "needs a survey form: met in tests/surveys/test_malformed_labels.py and test_form_labels.py"
_GROUPS = "headings have no groups here: the same heading twice breaks another rule"
_ARCHIVE = "reads no archives"
_OF_READER: dict[str, tuple[tuple[str, ...], str]] = {
    "a label must mean one choice of the list .*": (ALL, _FORM),
    "the column of an option holds 0 and 1, or nothing": (ALL, _FORM),
    "labels in one cell must be those of the list .* in one way only": (ALL, _FORM),
    "a question that is found by its text must have a text of its own": (ALL, _FORM),
    "an option is told from answers that consist of labels of their list": (ALL, _FORM),
    "a declared column must stand in the file once": (
        (*WITH_GROUPS, *STATISTICS),
        "one heading twice is a question in several columns, or no such file can be written",
    ),
    "a question in several columns must be answered in one of them at most": (
        ("google_forms", "workbook", *STATISTICS, "long", "wide"),
        _GROUPS,
    ),
    "one layout must fit the file best": (
        ("workbook", *STATISTICS, "wide"),
        "study.toml or the kind of file leaves no other reader",
    ),
    "an archive must be readable": (tuple(one for one in ALL if one != "odk"), _ARCHIVE),
    "an archive must hold CSV files": (tuple(one for one in ALL if one != "odk"), _ARCHIVE),
    "rows and quotation marks must close": (
        ("kobo", "odk", "google_forms", "wide"),
        "a cell of a million signs is met by the same code before a reader is chosen: long",
    ),
}
NOT_OF_THIS_READER = {
    (reader, ".*".join(re.escape(part) for part in rule.split(".*"))): why
    for rule, (readers, why) in _OF_READER.items()
    for reader in readers
}
_NO_TIME = "the file holds no moment at which a form was sent"
_WIDTH = "every row of such a file has as many cells as the header"
_STATED = "the waves are those of study.toml, not of a cell"
REASON_IS = {
    **{(reader, "same_answers"): _NO_TIME for reader in ("workbook", *STATISTICS, "long", "wide")},
    **{(reader, "wrong_width"): _WIDTH for reader in ("workbook", *STATISTICS)},
    **{
        (one, wave): _STATED for one in ("workbook", "wide") for wave in ("no_wave", "unknown_wave")
    },
}
# Decided of the forms of all files together: why not here, and where they are met.
AFTER_READING = {
    "no_form_beside": (
        "needs a survey that looks back",
        TESTS / "surveys" / "test_looking_back.py",
    ),
    **{
        reason: (
            "the plan leaves flagged forms out",
            TESTS / "surveys" / "quality" / "test_prepared.py",
        )
        for reason in REASONS
        if reason.startswith("excluded_")
    },
}


def rules() -> list[tuple[str, str]]:
    """Module and rule, as a pattern in which what is filled in may be anything."""
    found = []
    for module in READERS_OF:
        tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
        constants = {
            node.target.id: node.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        patterns = [_pattern(said, constants) for said in _said(tree)]
        found += [(module, one) for one in dict.fromkeys(patterns) if one]
    return found


def _said(tree: ast.Module) -> list[ast.expr]:
    """What is assigned to a name `rule`, or stands in its place in a call."""
    said: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == "rule":
                    said.append(node.value)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                    said += [to for name, to in pairs if getattr(name, "id", "") == "rule"]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            at = {"Fault": 2, "file_refusal": 1, "_fault_of_rows": 1}.get(name)
            if at is not None and len(node.args) > at:
                said.append(node.args[at])
    return said


def _pattern(said: ast.expr, constants: dict[str, ast.expr | None]) -> str:
    """Empty for a name that is assigned elsewhere."""
    if isinstance(said, ast.Constant):
        return re.escape(str(said.value))
    if isinstance(said, ast.JoinedStr):
        parts = (
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".*"
            for one in said.values
        )
        return "".join(parts)
    if isinstance(said, ast.Call) and isinstance(said.func, ast.Attribute):
        template = constants.get(getattr(said.func.value, "id", ""))
        if isinstance(template, ast.Constant):
            return re.sub(r"\\{\w+\\}", ".*", re.escape(str(template.value)))
    return ""
