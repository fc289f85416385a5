"""Topics of items: from codebook and forms to the study, and what breaks their rules."""

from __future__ import annotations

import pytest
from form_sheets import sheets, write_sheets

from impact_eval.errors import StudyError
from impact_eval.study import Study
from impact_eval.study.remarks import remarks

TOML, CODEBOOK = "study.toml", "codebook.csv"
HEAD = "missing_codes,waves\n"
GIVEN = {"k1": "net", "k2": "net", "k3": "home", "r1": "net"}
DECLARED = """
[[topics]]
id = "home"
label = "the house"

[[topics]]
id = "net"
label = "the net"

[plan]
"""


@pytest.fixture
def with_topics(write_study):
    """The good study with the topics of its items, and what study.toml says of them."""

    def write(given, said=DECLARED):
        root = write_study((TOML, "\n[plan]\n", said))
        path = root / "studies" / "good" / CODEBOOK
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        lines = [head + ",topic", *(f"{row},{given.get(row[:2], '')}" for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return root

    return write


def faults_of(root):
    with pytest.raises(StudyError) as caught:
        Study.open("good", start=root)
    return [str(fault) for fault in caught.value.faults]


def test_topics_come_with_their_items_in_the_declared_order(with_topics):
    study = Study.open("good", start=with_topics(GIVEN))
    assert study.topics_of("student", "knowledge") == {"home": ("k3",), "net": ("k1", "k2")}
    assert study.topics_of("student", "confidence") == {}  # a single topic tells nothing apart
    assert study.topics_of("teacher", "test") == {}
    facts = study.facts()
    assert facts.topics == {"home": "the house", "net": "the net"}
    assert facts.topic_items == {
        ("student", "knowledge", "home"): ("k3",),
        ("student", "knowledge", "net"): ("k1", "k2"),
    }


def test_a_study_without_topics_has_none(write_study):
    study = Study.open("good", start=write_study())
    assert (study.topics, study.facts().topics, study.facts().topic_items) == ((), {}, {})
    assert not [one for one in remarks(study) if "topic" in str(one)]


@pytest.mark.parametrize(
    ("given", "said", "words"),
    [
        (GIVEN | {"k3": "hom"}, DECLARED, ["row 4, column topic", 'Did you mean "home"?']),
        (GIVEN | {"k3": "hom"}, DECLARED, ["a topic is that of an item", "topics[1].id"]),
        (GIVEN, "\n[plan]\n", ["row 2, column topic", "[[topics]] with its id and a label"]),
        (GIVEN | {"k3": "net"}, DECLARED, ["topics[1].id", 'no item of "home"']),
        (GIVEN | {"k3": "net|home"}, DECLARED, ["row 4, column topic", "has one topic"]),
        (GIVEN | {"n1": "net"}, DECLARED, ["row 8, column topic", "an item of an outcome"]),
        (GIVEN, DECLARED.replace('"home"', '"net"'), ["topics[2].id", "must be unique"]),
        (GIVEN, DECLARED.replace('label = "the net"\n', ""), ["topics[2].label"]),
        (GIVEN, DECLARED.replace('"the net"', '"the net"\nabout = "x"'), ["topics[2].about"]),
    ],
    ids=["unknown", "then unused", "none declared", "unused", "two", "of a note", "twice",
         "without a label", "another key"],
)  # fmt: skip
def test_what_breaks_a_rule_is_named_with_its_place(with_topics, given, said, words):
    faults = faults_of(with_topics(given, said))
    assert [fault for fault in faults if all(word in fault for word in words)], faults


def test_what_may_have_been_forgotten_is_a_remark(with_topics):
    study = Study.open("good", start=with_topics({"k1": "net", "k3": "home", "r1": "net"}))
    said = [str(one) for one in remarks(study) if "topic" in str(one)]
    assert len(said) == 3
    assert "outcomes, student, knowledge" in said[0]
    assert "leave some of its items out; found k2" in said[0]
    assert "leave some of its items out; found r2" in said[1]
    assert 'has one topic, so nothing is given by topic; found "net"' in said[2]


def test_topics_are_not_locked(with_topics, write_study):
    study = Study.open("good", start=with_topics(GIVEN))
    assert not [key for key in study.plan_content if "topic" in key]


FORM = "instruments/form.xlsx"
SCORED = [
    ["name", "outcome", "short_label", "item_type", "correct", "missing_codes", "waves", "topic"],
    ["k1", "knowledge", "First", "choice", "b", "98|99", "", "net"],
]


def form_study(with_topics, scored):
    """The study with its first item in a form and the others in the codebook."""
    root = with_topics(GIVEN | {"k2": "home"})
    folder = root / "studies" / "good"
    text = (folder / TOML).read_text(encoding="utf-8")
    entry = f'[[instruments]]\nfile = "{FORM}"\naudience = "student"\n\n[[topics]]\nid = "home"'
    (folder / TOML).write_text(text.replace('[[topics]]\nid = "home"', entry), encoding="utf-8")
    lines = (folder / CODEBOOK).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("k1,")]
    (folder / CODEBOOK).write_text("\n".join(kept) + "\n", encoding="utf-8")
    write_sheets(sheets(scoring=scored), folder / FORM)
    return root


def test_a_form_says_topics_as_the_codebook_does(with_topics):
    study = Study.open("good", start=form_study(with_topics, SCORED))
    assert study.topics_of("student", "knowledge") == {"home": ("k2", "k3"), "net": ("k1",)}


def test_an_unknown_topic_of_a_form_is_named_with_its_sheet(with_topics):
    wrong = [SCORED[0], [*SCORED[1][:-1], "network"]]
    (fault,) = [one for one in faults_of(form_study(with_topics, wrong)) if "column topic" in one]
    assert fault.startswith(f"{FORM}, sheet scoring, row 2, column topic")
