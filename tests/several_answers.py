"""A form that asks two questions with several answers, and exports of three forms of it."""

from __future__ import annotations

from collections.abc import Mapping

from form_sheets import write_sheets
from survey_project import FORM, Project

LANGUAGES = ("English (en)", "Urdu (ur)")
SAFE = (
    ("a", "A long one", "لمبا"),
    ("b", "A long one with signs", "نشان والا"),
    ("c", "My name", "نام"),
)
TOPIC = ("games", "Games", "کھیل"), ("films", "Films and series", "فلمیں"), ("apps", "Apps", "ایپ")
TWINS = ("a", "Games", "ایک"), ("b", "on line", "دو"), ("c", "Games on line", "تین")
TEXTS = {"k2": ("Which are safe?", "کون سے؟"), "topics": ("Which topics?", "کون سے موضوع؟")}
SCORING = [
    ["name", "outcome", "short_label", "item_type", "correct", "scoring", "reverse"],
    ["k1", "knowledge", "One", "choice", "b", "", ""],
    ["k2", "knowledge", "Two", "multiple", "a|b", "share", ""],
    ["k3", "knowledge", "Three", "choice", "2", "", ""],
    ["c1", "confidence", "Four", "rating", "", "", ""],
    ["c2", "confidence", "Five", "rating", "", "", "yes"],
    ["c3", "confidence", "Six", "rating", "", "", ""],
]
HEADER = "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves"
CODEBOOK = f"{HEADER}\nn1,student,,Seven,note,,,,,,post\nt1,student,,Games,choice,,,1,,,\n"
LISTS = {
    "safe": SAFE,
    "topics": TOPIC,
    "abc": [(one, one, one) for one in "abc"],
    "numbers": [(one, one, one) for one in "123"],
    "five": [(one, one, one) for one in "12345"],
}
# what each of three forms ticks
ANSWERS = {"k2": ("a b", "c", "b a c"), "topics": ("games films", "films", "")}


def write_form(project: Project, *, safe: tuple[tuple[str, str, str], ...] = SAFE) -> None:
    """A form that asks two questions with several answers."""
    labels = [f"label::{language}" for language in LANGUAGES]
    one = {"k1": "abc", "k3": "numbers", "c1": "five", "c2": "five", "c3": "five"}
    content = {
        "survey": [
            ["type", "name", *labels],
            *([f"select_one {of}", name, f"{name}?", f"{name}؟"] for name, of in one.items()),
            ["select_multiple safe", "k2", *TEXTS["k2"]],
            ["select_multiple topics", "topics", *TEXTS["topics"]],
        ],
        "choices": [
            ["list_name", "name", *labels],
            *([name, *choice] for name, of in {**LISTS, "safe": safe}.items() for choice in of),
        ],
        "settings": [["form_id", "default_language"], ["f", "English (en)"]],
        "scoring": SCORING,
    }
    write_sheets(content, project.root / "studies" / "small" / "form.xlsx")


def exported(
    columns: str, *, language: int | None, answers: Mapping[str, tuple[str, ...]] = ANSWERS
) -> list[dict[str, str]]:
    """Three forms with the questions in one column, in columns of options, or in both."""
    forms = []
    for at in range(3):
        form = {**FORM, "code_1": str(at)}
        del form["k2"]
        for name, choices in (("k2", LISTS["safe"]), ("topics", TOPIC)):
            ticked = answers[name][at].split()
            text = name if language is None else f"quiz/{TEXTS[name][language]}"
            called = {one: one if language is None else said[language] for one, *said in choices}
            if columns != "split":
                form[text] = " ".join(called[one] for one in ticked)
            if columns != "joined":
                for one, label in called.items():
                    form[f"{text}/{label}"] = str(int(one in ticked)) if ticked else ""
        forms.append(form)
    return forms


def declare(project: Project) -> Project:
    """Make the project ask both questions, with `t1` for one option of the second."""
    project.further = '\n[[instruments]]\nfile = "form.xlsx"\naudience = "student"\n'
    project.codebook = CODEBOOK
    project.source = project.source.replace(
        'duplicates = "last"', 'duplicates = "last"\nitem_columns = { t1 = "topics/games" }'
    )
    write_form(project)
    return project
