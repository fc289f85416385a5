"""Mistakes in several files and entries, and files that cannot be read at all."""

import pytest

from impact_eval.errors import StudyError
from impact_eval.study import Study
from impact_eval.study.lines import line_of, place_lines
from impact_eval.study.new import create_study

STUDY = "study.toml"


def test_every_mistake_is_reported_at_once(faults_after):
    faults = faults_after(
        (STUDY, 'design = "one_group"', 'design = "one_grup"'),
        (STUDY, "mastery = 3", "mastery = 9"),
        (STUDY, "smallest_effect = 0.5", "smallest_efect = 0.5"),
        (STUDY, 'b = "post"', 'b = "pots"'),
        (STUDY, 'student = ["exposure"]', 'student = ["exposre"]'),
        ("roster.csv", "South,phase_2", "South,phase_9"),
        ("codebook.csv", "Remarks", ""),
        ("attendance.csv", "60,60,55", "60,60,many"),
    )
    assert [fault.file for fault in faults] == [STUDY] * 4 + [
        "roster.csv",
        "codebook.csv",
        "attendance.csv",
    ]
    text = " ".join(map(str, faults))
    for word in (
        "design",
        "smallest_efect",
        "pots",
        "exposre",
        "column phase",
        "label",
        "attended",
    ):
        assert word in text


def test_a_mistake_breeds_no_others(faults_after):
    """A broken wave and a broken audience are still known by their ids elsewhere."""
    faults = faults_after(
        (STUDY, "same_day = true", 'same_day = "perhaps"'),
        (STUDY, 'link = "code"', 'link = "coda"'),
    )
    assert [fault.place.partition(", ")[2] for fault in faults] == [
        "waves[2].same_day",
        "audiences[1].link",
    ]


def test_the_only_entry_of_a_list_is_not_called_missing(tmp_path):
    (tmp_path / "studies").mkdir()
    path = create_study("small", root=tmp_path) / STUDY
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('layout = "long"', 'layout = "lang"'), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        Study.open("small", start=tmp_path)
    assert [fault.place.partition(", ")[2] for fault in caught.value.faults] == [
        "sources[1].layout"
    ]


def test_more_than_three_primary_outcomes_over_all_families(faults_after):
    more = "".join(
        f'\n[[outcomes]]\nid = "score_{n}"\naudience = "student"\nlabel = "s"\n'
        'unit = "points of it"\n'
        'kind = "ready_made"\ndirection = "higher"\nminimum = 0\nmaximum = 1\n'
        for n in (1, 2)
    )
    faults = faults_after(
        (STUDY, "\n[plan]", more + "\n[plan]"),
        (STUDY, 'role = "secondary"', 'role = "primary"'),
        (STUDY, 'student = ["exposure"]', 'student = ["knowledge", "score_1", "score_2"]'),
    )
    assert len(faults) == 1
    assert "at most 3 primary outcomes for each audience" in faults[0].rule
    assert faults[0].found == "4 of student: knowledge, confidence, score_1, score_2"


def test_a_comparison_in_two_families(faults_after):
    faults = faults_after(
        (STUDY, 'contrasts = [["pre", "later"]]', 'contrasts = [["pre", "post"]]'),
        (STUDY, 'estimand = "participants"', 'estimand = "schools_like_these"'),
        (STUDY, 'student = ["exposure"]', 'student = ["confidence"]'),
    )
    assert len(faults) == 1
    assert faults[0].rule == "a comparison stands in one family"
    assert faults[0].found == '"confidence" also in plan.families[1]'


def test_cross_sections_are_not_linked(faults_after):
    faults = faults_after((STUDY, '"one_group"', '"cross_sections"'))
    assert [fault.place.partition(", ")[2] for fault in faults] == [
        "audiences[1].link",
        "audiences[2].link",
    ]


def test_unlinked_audiences_have_no_gains(faults_after):
    faults = faults_after(
        (STUDY, 'link = "code"', 'link = "none"'),
        (STUDY, 'link = "roster_id"', 'link = "none"'),
        (STUDY, 'code = ["c1", "c2"], ', ""),
        (STUDY, 'respondent = "number"\n', ""),
    )
    assert len(faults) == 1
    assert "plan.estimators" in faults[0].place


def test_without_a_roster_schools_are_the_clusters(faults_after):
    faults = faults_after(
        (STUDY, 'roster = "roster.csv"\n', ""),
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nphase = "phase_1"'),
    )
    assert [fault.place.partition(", ")[2] for fault in faults] == [
        "sources[2].phase",
        "audiences[1].cluster",
    ] or [fault.place.partition(", ")[2] for fault in faults] == [
        "audiences[1].cluster",
        "sources[2].phase",
    ]


def test_toml_that_cannot_be_read_names_its_line(faults_after):
    faults = faults_after((STUDY, 'label = "Phase 2"', "label = Phase 2"))
    assert len(faults) == 1
    assert faults[0].place.startswith("line 22, column ")
    assert faults[0].rule == "must be TOML"


def test_a_key_twice_is_a_mistake_of_toml(faults_after):
    faults = faults_after((STUDY, 'label = "Phase 2"', 'label = "Phase 2"\nlabel = "Phase 3"'))
    assert faults[0].place.startswith("line 23, ")
    assert "a key stands once" in faults[0].remedy


def test_toml_that_ends_too_soon(faults_after):
    faults = faults_after((STUDY, 'three waves."""', "three waves."))
    assert len(faults) == 1
    assert faults[0].rule == "must be TOML"


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        (STUDY, b"", "must not be empty"),
        (STUDY, "title = \u201cx\u201d".encode("cp1252"), "must be UTF-8 text"),
        ("roster.csv", None, "the file must exist"),
        ("roster.csv", b"", "the first row must hold headings"),
        ("roster.csv", b"school_id,phase,trainer_team\n", "must list the schools"),
        ("roster.csv", "school_id\nÉcole".encode("cp1252"), "must be UTF-8 text"),
        ("codebook.csv", None, "the file must exist"),
        ("codebook.csv", b'item_id\n"' + b"x" * 140_000, "must be CSV"),
        ("codebook.csv", b"", "the first row must hold headings"),
    ],
)
def test_files_that_cannot_be_read(write_study, name, content, rule):
    root = write_study()
    path = root / "studies" / "good" / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        Study.open("good", start=root)
    assert [(fault.file, fault.rule) for fault in caught.value.faults] == [(name, rule)]


def test_a_file_with_semicolons_says_so(write_study):
    root = write_study()
    path = root / "studies" / "good" / "codebook.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    with pytest.raises(StudyError, match="Save the file with commas"):
        Study.open("good", start=root)


def test_a_byte_order_mark_and_windows_line_ends_are_read(write_study):
    root = write_study()
    for name in (STUDY, "roster.csv", "codebook.csv"):
        path = root / "studies" / "good" / name
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert Study.open("good", start=root).school_ids == ("s1", "s2", "s3")


def test_a_line_break_within_a_cell_does_not_shift_rows(write_study):
    root = write_study(
        ("roster.csv", '"Elm, Ash and Oak"', '"Elm,\nAsh"'), ("roster.csv", "mixed,t2", "mixed,")
    )
    with pytest.raises(StudyError, match="rows 4"):
        Study.open("good", start=root)


def test_lines_are_those_of_the_file(faults_after):
    faults = faults_after((STUDY, "mastery = 3", "mastery = 9"))
    assert faults[0].place == "line 87, outcomes[1].mastery"


def test_lines_of_places():
    text = 'a = """\nb = 1\n"""\n[[x]]\nid = 1\n[x.y]\nk = 1\n[[x]]\nid = 2\n'
    lines = place_lines(text)
    assert lines["x[1].id"] == 5
    assert lines["x[1].y.k"] == 7
    assert lines["x[2].id"] == 9
    assert "b" not in lines
    assert line_of(lines, "x[2].id.z[1]") == 9
    assert line_of(lines, "nothing") is None


def test_a_folder_is_no_file(faults_after):
    faults = faults_after(("study.toml", 'roster = "roster.csv"', 'roster = ".."'))
    assert faults[0].rule == "the file must exist"


def test_a_line_separator_within_a_cell_is_no_new_row(write_study):
    root = write_study(("codebook.csv", "Remarks", "Re\u2028marks"))
    assert "Re\u2028marks" in set(Study.open("good", start=root).items["label"])
