"""Faults of single rows, made in a sound file of each layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from damaged_files import ITEMS, KINDS, Kind
from survey_project import Project

TEXT = ("kobo", "odk", "google_forms", "long")
WITH_WAVE = (*TEXT, "spss", "stata")
FORMS = (*WITH_WAVE, "workbook")
ALL = (*FORMS, "wide")
UPLOADS = ("kobo", "odk")
SENT = ("_submission_time", "SubmissionDate", "Timestamp")
AUDIENCE = 'audience = "student"\n'
LIST = "school_id,audience,{headings}\nnorth,student,7,ab\n"
PLAIN = "code_1,code_2"
LOG = "uuid,question,old_value,new_value,change_type\n{uuid},,,,remove_survey\n"


@dataclass(frozen=True)
class Made:
    """A file, what study.toml says of it, and what else of the study is not as it should be."""

    data: bytes
    suffix: str
    declared: str
    beside: Callable[[Project], None] = lambda project: None


def made(kind: Kind, data: bytes) -> Made:
    return Made(data, kind.suffix, kind.declared)


def cell(column: str, value: str) -> Callable[[Kind], Made]:
    """Another text in one cell of the first form."""
    return lambda kind: made(kind, kind.damaged(column, value))


def no_answers(kind: Kind) -> Made:
    rows = kind.rows()
    headings = {kind.columns[item] for item in ITEMS if item in kind.columns}
    headings |= {heading.replace("pre_", "post_") for heading in headings} | {"post_n1"}
    rows[1] = ["" if name in headings else cell for name, cell in zip(*rows[:2], strict=True)]
    return made(kind, kind.write(rows))


def again(kind: Kind) -> Made:
    rows = kind.rows()
    return made(kind, kind.write([*rows, rows[1]]))


def the_same_code(kind: Kind) -> Made:
    """The first form once more, sent by itself and not as a second copy."""
    rows = kind.rows()
    own = [at for at, name in enumerate(rows[0]) if name in ("_uuid", "KEY", "meta-instanceID")]
    second = ["another" if at in own else cell for at, cell in enumerate(rows[1])]
    return made(kind, kind.write([*rows, second]))


def the_same_id(kind: Kind) -> Made:
    """Two forms with one number of their own."""
    header, *rows = kind.rows()
    numbered = [[*row, str(min(at, 1))] for at, row in enumerate(rows)]
    numbered = [[*header, "id"], *numbered, [*rows[-1], "1"]]
    columns = "[sources.columns]\n"
    declared = kind.declared.replace(columns, f'{columns}form_id = "id"\n')
    return replace(made(kind, kind.write(numbered)), declared=declared)


def refused_in_wide(kind: Kind) -> Made:
    """A person who said no, where consent stands in a column of the wide layout."""
    header, *rows = kind.rows()
    said = [[*header, "agreed"], *([*row, "yes" if at else "no"] for at, row in enumerate(rows))]
    declared = kind.declared.replace(AUDIENCE, f'{AUDIENCE}consent_values = ["yes"]\n')
    columns = "[sources.columns]\n"
    declared = declared.replace(columns, f'{columns}consent = "agreed"\n')
    return replace(made(kind, kind.write(said)), declared=declared)


def without_codes(kind: Kind) -> Made:
    """The first form twice at one time, and nothing tells who handed it in."""
    return made(kind, kind.write(twice_without_codes(kind)))


def nobodys(kind: Kind) -> Made:
    """The same without a moment of sending, and the study says that one of equal rows counts."""
    rows = twice_without_codes(kind)
    for at in (at for at, name in enumerate(rows[0]) if name in SENT):
        rows[1][at] = rows[2][at] = ""
    declared = kind.declared.replace(AUDIENCE, f'{AUDIENCE}equal_rows = "one"\n')
    return Made(kind.write(rows), kind.suffix, declared)


def twice_without_codes(kind: Kind) -> list[list[str]]:
    rows = kind.rows()
    rows[2] = list(rows[1])
    who = ("code_1", "code_2", "_uuid", "KEY", "Day of birth", "Two letters of your name")
    for at, name in enumerate(rows[0]):
        if name in who or name.endswith(("/code_1", "/code_2", "-code_1", "-code_2")):
            rows[1][at] = rows[2][at] = ""
    return rows


def of_three_headings(kind: Kind) -> Made:
    """As Qualtrics writes them: names, questions, and what its own import needs."""
    header, *rows = kind.rows()
    below = [[*header, "Response ID"], ['{"ImportId":"_"}'] * (len(header) + 1)]
    numbered = [[*row, f"R_{at}"] for at, row in enumerate(rows)]
    return made(kind, kind.write([[*header, "ResponseId"], *below, *numbered]))


def one_cell_more(kind: Kind) -> Made:
    rows = kind.rows()
    return made(kind, kind.write([*rows[:2], [*rows[2], "more"], *rows[3:]]))


def one_cell_less(kind: Kind) -> Made:
    rows = kind.rows()
    return made(kind, kind.write([*rows[:2], rows[2][:-1], *rows[3:]]))


def of_roster(old: str, new: str) -> Callable[[Kind], Made]:
    """A sound file, and a roster that lacks something."""

    def edit(project: Project) -> None:
        project.roster = project.roster.replace(old, new)

    return lambda kind: replace(made(kind, kind.write(kind.rows())), beside=edit)


def named_twice(kind: Kind) -> Made:
    """A name that two schools of the roster have."""
    edited = of_roster("South Gate School", "North Lane School")(kind)
    return replace(edited, data=kind.damaged("school", "North Lane School"))


def withdrawn(kind: Kind) -> Made:
    google = "Day of birth,Two letters of your name"
    listed = LIST.format(headings=google if "Day of birth" in kind.rows()[0] else PLAIN)

    def ask(project: Project) -> None:
        project.further = 'withdrawals = "withdrawn.csv"'
        project.write_bytes(listed.encode(), name="withdrawn.csv")

    return replace(made(kind, kind.write(kind.rows())), beside=ask)


def removed(kind: Kind) -> Made:
    """A cleaning log that takes the first form out, by the id that its tool or a column gave it."""
    header, *rows = kind.rows()
    said = 'cleaning_log = "log.csv"'
    if "_uuid" not in header:
        header, rows = [*header, "id"], [[*row, str(at)] for at, row in enumerate(rows)]
        said += '\ncleaning_columns = { form = "id" }'
    log = LOG.format(uuid=rows[0][header.index("id" if "id" in header else "_uuid")])
    return Made(
        kind.write([header, *rows]),
        kind.suffix,
        kind.declared.replace(AUDIENCE, f"{AUDIENCE}{said}\n"),
        lambda project: _write_log(project, log),
    )


def _write_log(project: Project, log: str) -> None:
    project.write_bytes(log.encode(), name="log.csv")


def with_audience(value: str) -> Callable[[Kind], Made]:
    """Whose forms these are stands in a column, and there something else."""

    def build(kind: Kind) -> Made:
        header, first, *others = kind.rows()
        rows = [[*header, "whose"], [*first, value], *([*row, "pupil"] for row in others)]
        who = 'audience = { column = "whose", values = { pupil = "student" } }\n'
        return replace(made(kind, kind.write(rows)), declared=kind.declared.replace(AUDIENCE, who))

    return build


def of_phase(value: str) -> Callable[[Kind], Made]:
    """The phase stands in a column, and there something else."""

    def build(kind: Kind) -> Made:
        header, first, *others = kind.rows()
        rows = [[*header, "round"], [*first, value], *([*row, "one"] for row in others)]
        phase = f'{AUDIENCE}phase = {{ column = "round", values = {{ one = "first" }} }}\n'
        declared = kind.declared.replace(AUDIENCE, phase)
        return Made(kind.write(rows), kind.suffix, declared, without_roster)

    return build


def without_roster(project: Project) -> None:
    project.edits = [('roster = "roster.csv"\n', "")]


# the fault, how it is made, and in which layouts
FAULTS: dict[str, tuple[Callable[[Kind], Made], tuple[str, ...]]] = {
    "a school nobody knows": (cell("school", "Nowhere"), ALL),
    "no school": (cell("school", ""), ALL),
    "a name that two schools have": (named_twice, ALL),
    "a school without a phase": (of_roster("School,A,first", "School,A,"), ALL),
    "a wave nobody declared": (cell("wave", "sometime"), WITH_WAVE),
    "no wave": (cell("wave", ""), WITH_WAVE),
    "no consent": (cell("consent", "no"), FORMS),
    "consent left out": (cell("consent", ""), FORMS),
    "consent refused for all waves": (refused_in_wide, ("wide",)),
    "no answers": (no_answers, ALL),
    "somebody who withdrew": (withdrawn, ALL),
    "a date that is none": (cell("today", "soon"), FORMS),
    "a day that does not exist": (cell("today", "2024-02-31"), FORMS),
    "a rating outside its range": (cell("c1", "77"), ALL),
    "a rating in words": (cell("c1", "very much"), ALL),
    "a thousand or a comma": (cell("c2", "1,234"), ALL),
    "the same row again": (again, tuple(kind for kind in ALL if kind not in UPLOADS)),
    "the same upload again": (again, UPLOADS),
    "the same code in another form": (the_same_code, UPLOADS),
    "the same id of a form": (the_same_id, tuple(kind for kind in ALL if kind not in UPLOADS)),
    "the same answers without a code": (without_codes, ("kobo", "odk", "google_forms")),
    "equal rows of nobody's": (nobodys, ALL),
    "three rows of headings": (of_three_headings, ALL),
    "one cell more": (one_cell_more, (*TEXT, "wide")),
    "one cell less": (one_cell_less, (*TEXT, "wide")),
    "a form that the log removes": (removed, ALL),
    "no audience": (with_audience(""), ALL),
    "an audience nobody declared": (with_audience("cook"), ALL),
    "a phase nobody declared": (of_phase("nine"), ALL),
}


def row_faults(reader: str) -> dict[str, Callable[[], Made]]:
    """The faults of rows that a reader's files can have."""
    kind = KINDS[reader]
    return {
        fault: lambda build=build: build(kind)
        for fault, (build, readers) in FAULTS.items()
        if reader in readers
    }
