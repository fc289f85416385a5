"""Equal codes of a school whose codes are seen to be too common: linked with nobody."""

import numpy as np
import pandas as pd
from coded_forms import KEY, STUDY, CodedStudy, audience, coded, linked, methods, persons

from impact_eval.surveys.linking.link import link
from impact_eval.surveys.linking.summary import stored_trials

# five codes by two elements of few values in each wave; three of them are given in both
FEW = ("a x", "a y", "b x", "b y", "c x")
COMMON = coded(*(("pre", code) for code in FEW), *(("post", code) for code in FEW[2:]))
LONE = coded(("pre", "c y"), ("post", "a z"), ("post", "c z"))


def numbered(*parts: pd.DataFrame) -> pd.DataFrame:
    forms = pd.concat(parts, ignore_index=True)
    return forms.assign(submission_id=np.arange(len(forms)))


def test_common_codes_link_nobody_and_are_counted() -> None:
    forms = numbered(COMMON, LONE)
    found = link(forms, forms[["sex"]], STUDY, key=KEY)
    assert set(found.links["respondent_id"]) == {""}
    assert set(found.links["method"]) == {"none"}
    summary = stored_trials(found.trials).iloc[0]
    assert summary["refused_exact"] == 3
    assert summary["expected_false"] == 0
    assert summary["expected_false_refused"] > 0.015


def test_other_schools_stay_linked() -> None:
    codes = [f"{one} {one} {one}" for one in range(40)]
    there = coded(*((wave, code) for wave in ("pre", "post") for code in codes), school="south")
    crowded = [f"{'ab'[one % 2]} {one // 2}" for one in range(40)]
    here = coded(
        *(("pre", code) for code in crowded[:30]), *(("post", code) for code in crowded[10:])
    )
    found = linked(there, here, with_crowd=False)
    assert persons(found, 80) == [*range(40), *range(40)]
    assert set(found.links["respondent_id"].iloc[80:]) == {""}
    assert found.trials.groupby("school_id")["refused_exact"].any().to_dict() == {
        "north": True,
        "south": False,
    }


def test_numbers_of_the_school_are_never_refused() -> None:
    roster = audience().model_copy(update={"link": "roster_id"})
    forms = numbered(COMMON, LONE)
    found = link(forms, forms[["sex"]], CodedStudy((roster, audience("teacher"))), key=KEY)
    assert (found.links["method"] == "roster").all()
    assert found.links["respondent_id"].nunique() == 8
    assert not found.trials["refused_exact"].any()


def test_too_few_forms_to_show_anything_stay_linked() -> None:
    found = linked(coded(("pre", "a x"), ("post", "a x")), with_crowd=False)
    assert persons(found, 2) == [0, 0]
    assert methods(found, 2) == ["exact", "exact"]
    assert not found.trials["refused_exact"].any()
