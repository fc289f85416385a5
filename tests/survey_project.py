"""A small study of two audiences in three schools, whose raw files each test writes itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

STUDY = """
id = "small"
title = "A small study"
programme = "the workshops"
about = "Three schools."
data = "simulated"
design = "one_group"
roster = "roster.csv"
codebook = "codebook.csv"
{further}

[[phases]]
id = "first"
label = "First"

[[phases]]
id = "second"
label = "Second"

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "after"

[[waves]]
id = "follow_up"
label = "later"

[[audiences]]
id = "student"
label = "students"
link = "code"
report_level = "school"

[[subgroups]]
id = "sex"
label = "sex"
levels = {{ female = "girls", male = "boys" }}

{source}

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "index"
unit = "questions right, out of 3"
direction = "higher"
minimum_answered = 2

[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "mean rating, 1 to 5"
direction = "higher"
minimum_answered = 2

[plan]
declared_on = 2024-01-01
weights = "respondent"
contrasts = [["pre", "post"]]
"""

SOURCE = """
[[sources]]
file = "*students*"
layout = "kobo"
audience = "student"
wave = { column = "wave", values = { before = "pre", after = "post", later = "follow_up" } }
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }
duplicates = "last"

[sources.columns]
school = "school"
answered_on = "today"
consent = "consent"
code = ["code_1", "code_2"]
sex = "sex"
"""

ROSTER = """school_id,name,province,phase,kind,trainer_team,aliases
north,North Lane School,A,first,girls,t1,The North School|N. Lane
south,South Gate School,B,second,mixed,t2,
east,East Hill School,B,second,mixed,t2,
"""

_CODEBOOK_HEADER = (
    "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves"
)
CODEBOOK = (
    _CODEBOOK_HEADER
    + """
k1,student,knowledge,One,choice,,,b,,98|99,
k2,student,knowledge,Two,choice,,,a|c,,98|99,
k3,student,knowledge,Three,choice,,,2,,98,
c1,student,confidence,Four,rating,1,5,,,98,
c2,student,confidence,Five,rating,1,5,,yes,98,
c3,student,confidence,Six,rating,1,5,,,98,
n1,student,,Seven,note,,,,,,post
"""
)

FORM = {
    "wave": "before",
    "school": "north",
    "today": "2024-03-01",
    "consent": "yes",
    "code_1": "7",
    "code_2": "ab",
    "sex": "girl",
    "k1": "b",
    "k2": "a",
    "k3": "2",
    "c1": "4",
    "c2": "2",
    "c3": "5",
    "n1": "",
}


def form(**answers: str) -> dict[str, str]:
    """A form with everything in order but what is named."""
    return FORM | answers


@dataclass
class Project:
    """A project's folder, in which tests write raw files."""

    root: Path
    source: str = SOURCE
    further: str = ""
    roster: str = ROSTER
    codebook: str = CODEBOOK
    edits: list[tuple[str, str]] = field(default_factory=list)

    @property
    def raw(self) -> Path:
        """Folder of the raw files."""
        folder = self.root / "data" / "raw" / "small"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def write(
        self,
        forms: Sequence[Mapping[str, str]],
        *,
        name: str = "students.csv",
        separator: str = ";",
    ) -> Path:
        """Write forms as a quoted CSV with the columns of the first one."""
        path = self.raw / name
        pd.DataFrame(forms).to_csv(path, sep=separator, index=False, quoting=1, encoding="utf-8")
        return path

    def write_bytes(self, data: bytes, *, name: str = "students.csv") -> Path:
        """Write a raw file as it is."""
        path = self.raw / name
        path.write_bytes(data)
        return path

    def study(self) -> Study:
        """Write the study's files and open it."""
        folder = self.root / "studies" / "small"
        folder.mkdir(parents=True, exist_ok=True)
        text = STUDY.format(source=self.source, further=self.further)
        for old, new in self.edits:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            text = text.replace(old, new)
        (folder / "study.toml").write_text(text, encoding="utf-8")
        (folder / "roster.csv").write_text(self.roster, encoding="utf-8")
        (folder / "codebook.csv").write_text(self.codebook, encoding="utf-8")
        return Study.open("small", start=self.root)

    def prepare(self) -> SurveyTables:
        """Prepare the study as it stands."""
        return prepare(self.study())

    def prepare_forms(self, *forms: Mapping[str, str]) -> SurveyTables:
        """Write forms to one file and prepare the study."""
        self.write(forms)
        return self.prepare()


def fates(tables: SurveyTables) -> dict[tuple[str, str], int]:
    """Rows by fate and reason."""
    sums = tables.counts.groupby(["fate", "reason"])["rows"].sum()
    return {(str(fate), str(reason)): int(rows) for (fate, reason), rows in sums.items()}
