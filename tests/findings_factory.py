"""A small made-up study's facts and findings, for tests of what comes after `compute_findings`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan

import pandas as pd

from impact_eval.facts import OutcomeFacts, StudyFacts
from impact_eval.table_columns import ADDRESS, FINDINGS

TEXT = {*ADDRESS, "finding_id", "method", "reason", "unit", "role", "family", "plan_status"} | {
    "verdict",
    "cautions",
    "parent_id",
}
PROVINCES = ("Balochistan", "Punjab", "Sindh")

KNOWLEDGE = OutcomeFacts(
    outcome="knowledge",
    audience="student",
    label="knowledge of online safety",
    unit="questions right, out of 12",
    kind="index",
    direction="higher",
    minimum=0,
    maximum=12,
    decimals=1,
    mastery=9,
    mastery_label="at least 9 of 12 right",
    smallest_effect=0.5,
    secular=(0.25, 0.65),
    secular_source="control groups of comparable evaluations",
    over_aligned=True,
    n_items=12,
)
CONFIDENCE = replace(
    KNOWLEDGE,
    outcome="confidence",
    label="confidence to act",
    unit="points from 1 to 5",
    kind="scale",
    minimum=1,
    maximum=5,
    decimals=2,
    mastery=4,
    mastery_label="4 or more",
    smallest_effect=0.2,
    secular=(0.0, 0.1),
    over_aligned=False,
    n_items=6,
)
EXPOSURE = replace(
    CONFIDENCE,
    outcome="exposure",
    label="reported exposure to risks",
    direction="neutral",
    mastery=None,
    mastery_label="",
    smallest_effect=None,
    secular=None,
    secular_source="",
)


def make_facts(*, n_schools: int = 12, threshold: int = 10, **changes: object) -> StudyFacts:
    """Facts of a one-group study: 2 audiences, 2 phases, 3 waves, schools in 3 provinces."""
    outcomes = [
        KNOWLEDGE,
        CONFIDENCE,
        EXPOSURE,
        replace(KNOWLEDGE, audience="teacher", maximum=10, unit="questions right, out of 10"),
    ]
    schools = {
        f"s{i:03d}": {
            "school_id": f"s{i:03d}",
            "name": f"School {i}",
            "province": PROVINCES[i % 3],
            "phase": "phase_2" if i > 2 else "phase_1",
            "kind": "girls",
            "trainer_team": f"t{i % 5}",
        }
        for i in range(1, n_schools + 1)
    }
    facts = StudyFacts(
        study_id="small",
        title="A small study",
        programme="the workshops",
        about="Workshops in a few schools.",
        simulated=True,
        design="one_group",
        threshold=threshold,
        conf_level=0.95,
        plan_hash="0" * 12,
        plan_declared_on="2023-01-15",
        weights="respondent",
        phases={"phase_1": "Phase 1", "phase_2": "Phase 2"},
        waves={
            "pre": "before the workshop",
            "post": "right after the workshop",
            "follow_up": "about six weeks later",
        },
        same_day_waves=("post",),
        audiences={"student": "students", "teacher": "teachers"},
        site_nouns={"student": ("school", "schools"), "teacher": ("school", "schools")},
        cluster_nouns={
            "student": ("trainer team", "trainer teams"),
            "teacher": ("trainer team", "trainer teams"),
        },
        report_level={"student": "school", "teacher": "province"},
        subgroups={"sex": {"female": "girls and women", "male": "boys and men"}},
        outcomes={(o.audience, o.outcome): o for o in outcomes},
        items={("student", "k01"): "A strong password has 12 characters or more"},
        schools=schools,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def make_finding(**columns: object) -> dict[str, object]:
    """One row with every column of `FINDINGS`; by default a programme's mean."""
    row: dict[str, object] = {
        column: "" if column in TEXT else nan for column in FINDINGS if column != "headline_ok"
    }
    row |= {
        "study_id": "small",
        "quantity": "mean",
        "outcome": "knowledge",
        "audience": "student",
        "phase": "phase_2",
        "level": "programme",
        "wave_from": "pre",
        "wave_to": "pre",
        "estimator": "mean",
        "unit": "questions right, out of 12",
        "conf_level": 0.95,
        "n": 400,
        "n_clusters": 10,
        "method": "mean",
        "role": "exploratory",
        "plan_status": "planned",
        "headline_ok": False,
    }
    row |= columns
    address = "|".join(str(row[column]) for column in ADDRESS)
    row["finding_id"] = "f" + hashlib.sha256(address.encode()).hexdigest()[:10]
    return row


def make_change(**columns: object) -> dict[str, object]:
    """One row with a stacked change of +1.31 questions, a primary outcome with a verdict."""
    given: dict[str, object] = {
        "quantity": "change",
        "wave_to": "post",
        "estimand": "schools_like_these",
        "estimator": "stacked",
        "estimate": 1.31,
        "std_error": 0.07,
        "df": 8.2,
        "statistic": 18.7,
        "p_value": 5e-8,
        "conf_low": 1.15,
        "conf_high": 1.47,
        "simultaneous_low": 1.1,
        "simultaneous_high": 1.52,
        "n": 780,
        "n_pre": 400,
        "n_post": 380,
        "n_linked": 300,
        "role": "primary",
        "family": "main",
        "verdict": "rise_beyond",
        "headline_ok": True,
    }
    return make_finding(**(given | columns))


def make_findings(rows: Sequence[Mapping[str, object]] | None = None) -> pd.DataFrame:
    """A findings frame of the given rows, or of the whole small study."""
    records = list(small_study_rows() if rows is None else rows)
    return pd.DataFrame(records, columns=list(FINDINGS))


def small_study_rows(*, n_schools: int = 12) -> list[dict[str, object]]:
    """Rows of every quantity that a page shows: programme, provinces, schools, counts, items."""
    rows: list[dict[str, object]] = []
    for wave, value, n in (("pre", 7.1, 400), ("post", 8.4, 380)):
        at = {"wave_from": wave, "wave_to": wave}
        rows += [
            make_finding(**at, estimate=value, conf_low=value - 0.2, conf_high=value + 0.2, n=n),
            make_finding(
                **at, quantity="mastery_share", estimate=20.0 + 5 * (value - 7), n=n, unit="percent"
            ),
            make_finding(
                **at,
                quantity="surveyed",
                outcome="",
                estimate=n,
                n=n,
                unit="people",
                estimator="count",
            ),
        ]
        for sex, share in (("female", 0.6), ("male", 0.4)):
            rows.append(
                make_finding(**at, subgroup=f"sex:{sex}", estimate=value + 0.1, n=int(share * n))
            )
    rows += [
        make_finding(
            quantity=quantity,
            outcome="",
            wave_from="",
            wave_to="",
            estimator="count",
            estimate=count,
            n=count,
            unit="people",
        )
        for quantity, count in (("attended", 1700), ("claimed", 44000))
    ]
    rows.append(
        make_finding(
            quantity="days_after_workshop",
            outcome="",
            wave_from="post",
            wave_to="post",
            estimator="median",
            estimate=0,
            conf_low=0,
            conf_high=0,
            n=380,
            unit="days",
        )
    )
    change = make_change()
    rows += [
        change,
        make_change(
            estimand="participants",
            estimate=1.29,
            conf_low=1.2,
            conf_high=1.38,
            role="exploratory",
            family="",
            verdict="",
            headline_ok=False,
        ),
        make_change(
            outcome="exposure",
            unit="points from 1 to 5",
            estimate=0.1,
            conf_low=0.02,
            conf_high=0.18,
            simultaneous_low=nan,
            simultaneous_high=nan,
            verdict="",
            role="secondary",
            family="",
            headline_ok=False,
        ),
        make_change(
            quantity="effect_size",
            estimator="stacked",
            variant="d_pre",
            estimate=0.62,
            conf_low=0.54,
            conf_high=0.7,
            unit="SD",
            verdict="",
            role="exploratory",
            family="",
            headline_ok=False,
            parent_id=change["finding_id"],
        ),
    ]
    for quantity, value, low, high in (
        ("schools_mean_change", 1.3, 1.1, 1.5),
        ("between_school_sd", 0.2, 0.1, 0.4),
        ("prediction_interval", 1.3, 0.8, 1.8),
    ):
        rows.append(
            make_change(
                quantity=quantity,
                estimator="random_effects",
                estimate=value,
                conf_low=low,
                conf_high=high,
                n=10,
                n_pre=nan,
                n_post=nan,
                n_linked=nan,
                role="exploratory",
                family="",
                verdict="",
                headline_ok=False,
            )
        )
    for i in range(1, n_schools + 1):
        rows += school_rows(i)
    for i, (pre, post) in enumerate(((120, 260), (200, 204))):
        rows.append(
            make_change(
                quantity="item_change",
                item_id=f"k{i + 1:02d}",
                estimator="item",
                estimate=100 * (post / 380 - pre / 400),
                conf_low=nan,
                conf_high=nan,
                unit="points",
                verdict="",
                role="exploratory",
                family="",
                headline_ok=False,
            )
        )
        for wave, k, n in (("pre", pre, 400), ("post", post, 380)):
            rows.append(
                make_finding(
                    quantity="item_share",
                    item_id=f"k{i + 1:02d}",
                    wave_from=wave,
                    wave_to=wave,
                    estimate=100 * k / n,
                    n=n,
                    unit="percent",
                )
            )
    return rows


def school_rows(i: int, *, n_pre: int = 40, n_post: int = 38) -> list[dict[str, object]]:
    """Rows of school number `i`: its people, means, mastery, change and shrunken change."""
    at = {
        "level": "school",
        "unit_id": f"s{i:03d}",
        "phase": "phase_2" if i > 2 else "phase_1",
        "n_clusters": 2,
    }
    change = make_change(
        **at,
        estimand="participants",
        estimate=1.0 + 0.05 * i,
        conf_low=0.6 + 0.05 * i,
        conf_high=1.4 + 0.05 * i,
        p_value=nan,
        simultaneous_low=nan,
        simultaneous_high=nan,
        n=n_pre + n_post,
        n_pre=n_pre,
        n_post=n_post,
        n_linked=25,
        role="exploratory",
        family="",
        verdict="",
        headline_ok=False,
    )
    shrunken = {
        **change,
        "quantity": "shrunken_change",
        "estimator": "random_effects",
        "parent_id": change["finding_id"],
    }
    rows = [change, make_finding(**{k: v for k, v in shrunken.items() if k != "finding_id"})]
    for wave, value, n in (("pre", 7.0, n_pre), ("post", 8.0 + 0.05 * i, n_post)):
        on = {**at, "wave_from": wave, "wave_to": wave, "n": n}
        share = 100 * round(0.4 * n) / n
        rows += [
            make_finding(**on, estimate=value),
            make_finding(**on, quantity="mastery_share", estimate=share, unit="percent"),
            make_finding(
                **on, quantity="surveyed", outcome="", estimate=n, unit="people", estimator="count"
            ),
        ]
    return rows
