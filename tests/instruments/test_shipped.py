"""The shipped forms: sound, whole in every language, and ready for KoboToolbox and ODK."""

import re
import zipfile
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from impact_eval.instruments import paper_form, read_instrument
from impact_eval.study import Study
from impact_eval.study.source import ColumnRule

ROOT = Path(__file__).parents[2]
STUDIES = ("cyber_tumar", "zindagi_trust")
OF_A_PHONE = ("start", "end", "today", "deviceid")
FILES = sorted(path for one in STUDIES for path in (ROOT / "studies" / one).rglob("*.xlsx"))


def named(path):
    return f"{path.parts[-3]}-{path.stem}"


@pytest.fixture(params=FILES, ids=named)
def path(request):
    return request.param


@pytest.fixture
def form(path):
    return read_instrument(path, audience="student")


def test_there_is_a_form_for_every_audience():
    for one in STUDIES:
        study = Study.open(one, start=ROOT)
        assert {form.audience for form in study.instruments} == set(study.audience_ids)
        assert not study.codebook


def test_it_converts_without_a_warning(path, form):
    warnings = []
    assert convert(str(path), warnings=warnings).xform
    assert warnings == []
    assert form.warnings == ()


def test_the_scoring_is_not_in_the_xform(path, form):
    text = convert(str(path)).xform
    labels = {one.cells["label"] for one in form.items}
    texts = {said for one in form.questions for said in one.labels.values()}
    assert [label for label in sorted(labels - texts) if f">{label}<" in text] == []
    assert "<correct>" not in text


def test_every_language_has_every_text(form):
    labelled = [one for one in form.questions if one.type not in OF_A_PHONE]
    texts = [one.labels for one in labelled] + [one.labels for one in form.groups]
    texts += [one.labels for choices in form.choices.values() for one in choices]
    texts += [one.hints for one in labelled if one.hints]
    assert [dict(one) for one in texts if set(one) != set(form.languages)] == []
    assert len(form.languages) >= 2


@pytest.mark.parametrize(
    ("code", "letters"), [("ur", "[\u0600-\u06ff]"), ("kk", "[әғқңөұүһі]"), ("ru", "[а-яё]")]
)
def test_long_texts_are_written_in_their_own_letters(form, code, letters):
    languages = [one for one in form.languages if f"({code})" in one]
    for language in languages:
        texts = [one.labels[language] for one in form.questions if language in one.labels]
        texts = [one for one in texts if len(one) > 20]
        assert len(texts) > 15
        foreign = [one for one in texts if not re.search(letters, one.lower())]
        assert foreign == []


def test_no_two_choices_of_a_list_are_called_alike(form):
    for name, choices in form.choices.items():
        for language in form.languages:
            labels = [one.labels[language] for one in choices]
            assert len(labels) == len(set(labels)), (name, language)


def test_every_list_is_used_and_every_item_can_be_left_unanswered(form):
    assert {one.list_name for one in form.questions if one.list_name} == set(form.choices)
    for item in form.items:
        choices = {one.name for one in form.choices_of(form.question(item.cells["item_id"]))}
        assert {"98", "99"} <= choices & set(item.cells["missing_codes"].split("|"))


def test_consent_comes_first_and_rules_the_rest(form):
    asked = [one for one in form.questions if one.type not in (*OF_A_PHONE, "note")]
    assert asked[0].name == "consent"
    assert asked[0].required
    needs = {group.path[0] for group in form.groups if "${consent} = 'yes'" in group.relevant}
    scored = {form.question(one.cells["item_id"]).group[0] for one in form.items}
    assert scored <= needs
    assert "code" in needs or not any(group.path == ("code",) for group in form.groups)


@pytest.mark.parametrize("study_id", STUDIES)
def test_forms_ask_what_the_sources_name(study_id):
    study = Study.open(study_id, start=ROOT)
    by_audience = {form.items[0].cells["audience"]: form for form in study.forms}
    for source in study.sources:
        form, columns = by_audience[source.audience], source.columns
        names = [columns.school, columns.workshop, columns.answered_on, columns.consent]
        names += [*columns.code, *columns.subgroups.values(), source.wave.column]
        names += [columns.started_at, columns.ended_at, columns.device, columns.interviewer]
        for name in filter(None, names):
            assert form.question(name)
        assert isinstance(source.wave, ColumnRule)
        pairs = [(source.wave.column, source.wave.values), (columns.consent, source.consent_values)]
        pairs += [(columns.subgroups[key], meaning) for key, meaning in source.values.items()]
        for name, values in pairs:
            choices = {one.name for one in form.choices_of(form.question(name))}
            assert set(values) <= choices


@pytest.mark.parametrize("study_id", STUDIES)
def test_every_form_is_timed_and_an_interviewers_form_says_whose_it_is(study_id):
    study = Study.open(study_id, start=ROOT)
    for source, form in zip(study.sources, study.forms, strict=True):
        columns = source.columns
        assert (columns.started_at, columns.ended_at) == ("start", "end")
        asked = any(question.name == "interviewer" for question in form.questions)
        assert asked == (source.audience == "parent")
        declared = ("deviceid", "interviewer") if asked else (None, None)
        assert (columns.device, columns.interviewer) == declared
        # the telephone of a child would tell who the child is
        assert any(question.type == "deviceid" for question in form.questions) == asked


def test_the_instructed_item_asks_for_what_its_text_says():
    study = Study.open("zindagi_trust", start=ROOT)
    (item,) = study.items[study.items["type"] == "instructed"].to_dict("records")
    assert (item["audience"], item["item_id"], item["outcome"]) == ("student", "q01", "")
    form = study.forms[[one.audience for one in study.instruments].index("student")]
    (choice,) = (
        one for one in form.choices_of(form.question("q01")) if one.name == item["correct"]
    )
    for language in form.languages:
        said = form.question("q01").labels[language].lower()
        others = [one.labels[language].lower() for one in form.choices_of(form.question("q01"))]
        assert choice.labels[language].lower() in said
        longest = max((one for one in others if one in said), key=len)
        assert longest == choice.labels[language].lower()


@pytest.mark.parametrize("study_id", STUDIES)
def test_items_are_asked_in_their_waves_only(study_id):
    """A question that some wave does not ask is hidden there, by itself or by its group."""
    study = Study.open(study_id, start=ROOT)
    for form in study.forms:
        conditions = {group.path: group.relevant for group in form.groups}
        for item in form.items:
            question = form.question(item.cells["item_id"])
            relevant = question.relevant + conditions[question.group]
            assert bool(item.cells["waves"]) == ("${wave}" in relevant), item.cells["item_id"]


def test_the_paper_holds_every_question_in_every_language(form):
    for language in form.languages:
        html = paper_form(form, language=language)
        for item in form.items:
            assert f">{item.cells['item_id']}</small>" in html


def test_the_file_is_small(path):
    assert path.stat().st_size < 40_000
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "media" in name]


def test_who_takes_the_longest_answer_is_not_always_right(form):
    """In no language does the length of an answer give the key away."""
    for language in form.languages:
        longest = []
        for item in form.items:
            choices = form.choices_of(form.question(item.cells["item_id"]))
            if item.cells["type"] == "choice" and len(choices) > 4:
                lengths = {one.name: len(one.labels[language]) for one in choices}
                right = lengths.pop(item.cells["correct"])
                longest.append(right > max(lengths.values()))
        assert sum(longest) <= len(longest) / 2, language
