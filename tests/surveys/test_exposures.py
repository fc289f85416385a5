"""What people say of their exposure is kept as words: a don't know is no no."""

from __future__ import annotations

from survey_project import Project, form

EXPOSED = """
[[exposures]]
id = "took_part"
label = "those who took part"
audience = "student"
item = "k4"
"""


def test_yes_no_and_dont_know_are_told_apart(project: Project) -> None:
    header, rest = project.codebook.split("\n", 1)
    rows = [f"{row},"[:-1] + "," if row else "" for row in rest.split("\n")]
    project.codebook = "\n".join(
        [f"{header},dont_know_codes", *rows[:-1], "k4,student,,Part,choice,,,yes,,98|99,,98", ""]
    )
    project.edits.append(("[plan]\n", f"{EXPOSED}\n[plan]\n"))
    answers = ("yes", "no", "98", "99", "")
    forms = [form(code_1=str(n), k4=answer) for n, answer in enumerate(answers)]
    submissions = project.prepare_forms(*forms).submissions
    assert submissions["took_part"].tolist() == ["yes", "no", "dont_know", "", ""]
    assert submissions["took_part"].dtype == "str"
    assert submissions["k4"].tolist()[:3] == [1.0, 0.0, 0.0]
