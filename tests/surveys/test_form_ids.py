"""A form's own id: a row that came twice counts once, in layouts without a mark of the upload."""

import pandas as pd
import pytest
from survey_project import SOURCE, Project, form

from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.layout import form_ids

DECLARED = ('sex = "sex"', 'sex = "sex"\nform_id = "receipt"')


@pytest.fixture(params=["kobo", "long", "google_forms"])
def without_codes(project: Project, request: pytest.FixtureRequest) -> Project:
    project.edits = [('link = "code"', 'link = "none"')]
    lines = SOURCE.splitlines(keepends=True)
    source = "".join(line for line in lines if not line.startswith("code ="))
    project.source = source.replace('layout = "kobo"', f'layout = "{request.param}"')
    return project


def rows() -> list[dict[str, str]]:
    one, other = form(receipt="r-1", sex="female"), form(receipt="r-2", sex="female")
    return [one, one, other, form(receipt=""), form(receipt="")]


def test_a_row_that_came_twice_counts_once(without_codes: Project) -> None:
    assert len(without_codes.prepare_forms(*rows()).submissions) == 5
    without_codes.source = without_codes.source.replace(*DECLARED)
    tables = without_codes.prepare_forms(*rows())
    assert tables.submissions["source_row"].tolist() == [3, 4, 5, 6]
    assert tables.counts.query("fate == 'duplicate'")["reason"].tolist() == ["same_upload"]


def test_the_id_is_not_kept_as_it_was_written(without_codes: Project) -> None:
    without_codes.source = without_codes.source.replace(*DECLARED)
    without_codes.prepare_forms(form(receipt="canary-77"))
    folder = without_codes.study().processed_folder
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert kept
    assert b"canary-77" not in kept


def test_waves_of_one_row_are_forms_of_their_own() -> None:
    ids = distinct(pd.Series(["r-1", ""], dtype="str"))
    told = {wave: form_ids(ids, wave).strings().tolist() for wave in ("pre", "post", "")}
    assert told == {"pre": ["r-1#pre", ""], "post": ["r-1#post", ""], "": ["r-1", ""]}
