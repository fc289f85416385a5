"""Findings of an invented study in every quantity of the contract, with no survey behind them."""

from __future__ import annotations

from hashlib import sha256
from math import nan

import numpy as np
import pandas as pd

from impact_eval.facts import AskedFacts, OutcomeFacts, PairFacts, StudyFacts
from impact_eval.table_columns import ADDRESS, FINDINGS

PROVINCES = ("Punjab", "Sindh", "Balochistan")
_TEXT = {
    *ADDRESS,
    "finding_id",
    "method",
    "reason",
    "unit",
    "role",
    "family",
    "plan_status",
    "verdict",
    "cautions",
    "parent_id",
}


def demo_facts(*, n_schools: int = 12, simulated: bool = True, design: str = "one_group"):
    def outcome(audience, name, label, unit, kind, *, top, decimals, smallest, secular, mastery):
        return OutcomeFacts(
            outcome=name,
            audience=audience,
            label=label,
            unit=unit,
            kind=kind,
            direction="neutral" if name == "exposure" else "higher",
            minimum=0 if kind == "index" else 1,
            maximum=top,
            decimals=decimals,
            mastery=mastery,
            mastery_label=f"at least {mastery:g}" if mastery else "",
            smallest_effect=smallest,
            secular=secular,
            secular_source="control groups of comparable evaluations" if secular else "",
            over_aligned=kind == "index",
            n_items=top if kind == "index" else 6,
        )

    outcomes = [
        outcome("student", "knowledge", "knowledge of online safety", "questions right, out of 12",
                "index", top=12, decimals=1, smallest=0.5, secular=(0.25, 0.65), mastery=9),
        outcome("student", "confidence", "confidence in one's own online skills",
                "mean rating, 1 to 5", "scale", top=5, decimals=2, smallest=0.15,
                secular=(-0.04, 0.12), mastery=4),
        outcome("student", "exposure", "risks met online", "mean of how often, 0 to 4", "scale",
                top=4, decimals=2, smallest=None, secular=None, mastery=None),
        outcome("teacher", "knowledge", "knowledge of online safety", "questions right, out of 10",
                "index", top=10, decimals=1, smallest=0.4, secular=(0.2, 0.5), mastery=8),
        outcome("parent", "knowledge", "knowledge of online safety", "questions right, out of 8",
                "index", top=8, decimals=1, smallest=0.4, secular=(0.2, 0.5), mastery=6),
    ]  # fmt: skip
    one_phase = design != "one_group"
    phases = (
        {"campaign": "the campaign"} if one_phase else {"phase_1": "Phase 1", "phase_2": "Phase 2"}
    )
    schools = {}
    for i in range(n_schools):
        first = i < 2 and not one_phase
        province = PROVINCES[i % 3]
        schools[f"s{i + 1:03d}"] = {
            "name": f"Invented School No. {i + 1}",
            "province": province,
            "phase": "campaign" if one_phase else "phase_1" if first else "phase_2",
            "kind": "girls" if first else "boys",
        }
    return StudyFacts(
        study_id="demo",
        title="Invented workshops",
        programme="the invented workshops",
        about="Workshops that nobody held, in schools that do not exist.",
        simulated=simulated,
        design=design,
        threshold=10,
        conf_level=0.95,
        plan_hash="0123456789abcdef",
        plan_declared_on="2023-01-15",
        weights="respondent",
        phases=phases,
        waves={
            "pre": "before the workshop",
            "post": "right after the workshop",
            "follow_up": "about six weeks later",
        },
        same_day_waves=("post",),
        audiences={"student": "students", "teacher": "teachers", "parent": "parents"},
        site_nouns=dict.fromkeys(("student", "teacher", "parent"), ("school", "schools")),
        cluster_nouns=dict.fromkeys(
            ("student", "teacher", "parent"), ("trainer team", "trainer teams")
        ),
        report_level={"student": "school", "teacher": "province", "parent": "school"},
        subgroups={"sex": {"female": "girls and women", "male": "boys and men"}},
        outcomes={(o.audience, o.outcome): o for o in outcomes},
        items={
            ("student", f"k{i:02d}"): f"Question {i}: what to do when something happens online"
            for i in range(1, 13)
        }
        | {("parent", "pt01"): "My child tells me"},
        schools=schools,
        pairs={"tells": PairFacts("whether the child tells", "parent", "pt01", "student", "k01")},
        exposures={"heard": AskedFacts("students who heard of it", "student", "k01")},
        pages={
            "findings": "Findings",
            "programme": "Programme",
            "details": "Details",
            "data_quality": "Data quality",
        },
    )


def finding(**given):
    """One row of findings; everything that is not given is empty."""
    row = {name: "" if name in _TEXT else nan for name in FINDINGS}
    row |= {"study_id": "demo", "conf_level": 0.95, "headline_ok": False, "n": 0, "n_clusters": 0}
    row |= {"n_pre": 0, "n_post": 0, "n_linked": 0, **given}
    address = "|".join(str(row[name]) for name in ADDRESS)
    row["finding_id"] = "f" + sha256(address.encode()).hexdigest()[:10]
    return row


def _interval(estimate, std_error, *, df=12.0, n=400, clusters=20, method="stacked; CR2"):
    return {
        "estimate": estimate,
        "std_error": std_error,
        "df": df,
        "statistic": estimate / std_error,
        "p_value": 0.01,
        "conf_low": estimate - 2.1 * std_error,
        "conf_high": estimate + 2.1 * std_error,
        "n": n,
        "n_clusters": clusters,
        "method": method,
    }


def demo_findings(facts, *, seed=1, attendance=True):
    """Return a findings table in which each quantity of the contract has its rows."""
    rng = np.random.default_rng(seed)
    rows = []
    for audience in facts.audiences:
        for phase in facts.phases:
            rows += _people(rng, facts, audience, phase, attendance=attendance)
            rows += _pairs(phase) if audience == "parent" else []
            rows += _delivered(facts, audience, phase)
            for (of, outcome), known in facts.outcomes.items():
                if of == audience:
                    rows += _outcome(rng, facts, audience, phase, outcome, known)
    rows += _fates()
    return pd.DataFrame(rows, columns=list(FINDINGS))


def _outcome(rng, facts, audience, phase, outcome, known):
    where = {"audience": audience, "phase": phase, "outcome": outcome}
    schools = [s for s, row in facts.schools.items() if row["phase"] == phase]
    scale = (known.maximum - known.minimum) / 10
    drift = {"pre": 0.0, "post": 1.1 * scale, "follow_up": 0.8 * scale}
    if outcome == "confidence":
        drift = {"pre": 0.0, "post": -0.5 * scale, "follow_up": -0.1 * scale}
    people = 60 * max(len(schools), 1)
    rows = [row for wave in drift for row in _wave(facts, where, wave, drift, scale, known, people)]
    for later in ("post", "follow_up"):
        pair = {"wave_from": "pre", "wave_to": later}
        rows += _changes(where, pair, drift[later], scale, known, people, len(schools))
        rows += _schools(rng, facts, where, pair, schools, drift[later], scale, known)
        if phase != "phase_1" and len(facts.phases) == 2:
            rows += _between(facts, where, pair, drift[later], scale, known)
    rows += _measurement(where, known, people)
    if outcome == "knowledge" and audience == "student":
        rows += _items(rng, facts, where, people)
    return rows


def _wave(facts, where, wave, drift, scale, known, people):
    level = {"level": "programme", "unit_id": "", "wave_from": wave, "wave_to": wave}
    before, moved = known.minimum + 6 * scale, drift[wave]
    at = {"estimator": "mean", **where, **level}
    rows = [
        finding(quantity="mean", unit=known.unit, **at,
                **_interval(before + moved, 0.1 * scale, n=people))
    ]  # fmt: skip
    if known.mastery:
        rows.append(finding(quantity="mastery_share", unit="percent", **at,
                            **_interval(40 + 20 * moved / scale, 3, n=people)))  # fmt: skip
    for sex in facts.subgroups["sex"]:
        rows.append(finding(quantity="mean", unit=known.unit, subgroup=f"sex:{sex}", **at,
                            **_interval(before + moved, 0.14 * scale,
                                        n=people // 2)))  # fmt: skip
    return rows


def _changes(where, pair, drift, scale, known, people, n_schools):
    few = where["phase"] == "phase_1"
    at = {"level": "programme", "unit": known.unit, **where, **pair}
    at |= {"n_pre": people, "n_post": people - 30, "n_linked": people - 90}
    rows = []
    for estimand in ("participants", "schools_like_these"):
        if few and estimand == "schools_like_these":
            rows.append(_refused(at, where, people))
            continue
        numbers = _interval(drift, 0.12 * scale, n=2 * people - 30, clusters=n_schools)
        change = finding(quantity="change", estimand=estimand, estimator="stacked", **at,
                         **_planned(where, known), **numbers)  # fmt: skip
        change["simultaneous_low"] = change["conf_low"] - 0.05 * scale
        change["simultaneous_high"] = change["conf_high"] + 0.05 * scale
        rows.append(change)
        rows += _robust(change, known, scale)
        rows.append(finding(quantity="change", estimand=estimand, estimator="adjusted_gain", **at,
                            **_interval(0.9 * drift, 0.15 * scale, n=people - 90)))  # fmt: skip
        rows += _with_lost(change, at, estimand, drift, scale, people)
        for variant in ("d_pre", "d_av"):
            rows.append(finding(quantity="effect_size", estimand=estimand, variant=variant,
                                estimator="stacked", parent_id=change["finding_id"],
                                **(at | {"unit": "SD"}),
                                **_interval(drift / (2 * scale), 0.06, n=2 * people)))  # fmt: skip
    if known.mastery:
        rows.append(finding(quantity="mastery_change", estimand="participants",
                            estimator="stacked", **(at | {"unit": "points"}),
                            **_interval(20 * drift / scale, 4)))  # fmt: skip
    for wave, gap in (("pre", 0.5), ("post", 0.2)):
        rows.append(finding(quantity="gap", subgroup="sex:female-male", estimator="mean",
                            level="programme", unit=known.unit, wave_from=wave, wave_to=wave,
                            **where, **_interval(gap * scale, 0.1 * scale)))  # fmt: skip
    rows.append(finding(quantity="subgroup_difference", subgroup="sex:female-male",
                        estimand="participants", estimator="interaction", **at,
                        **_interval(0.1 * scale, 0.2 * scale)))  # fmt: skip
    return rows


def _with_lost(change, at, estimand, drift, scale, people):
    own = at | {"estimand": estimand, "plan_status": "not_planned"}
    lost = finding(quantity="lost", estimator="count", **(own | {"unit": "people"}),
                   estimate=90.0, n=90)  # fmt: skip
    beside = own | {"quantity": "change_with_lost"}
    stands = {"cautions": "verdict_stands"}
    weights = finding(estimator="retention_weights", **beside, **stands,
                      **_interval(0.95 * drift, 0.16 * scale, n=people - 90))  # fmt: skip
    of_weights = own | {"parent_id": weights["finding_id"], "estimator": "retention_weights"}
    of_bounds = beside | {"estimator": "worst_case", "parent_id": lost["finding_id"], "n": people}
    return [
        lost,
        weights,
        finding(estimator="imputation", **beside, **stands,
                **_interval(0.97 * drift, 0.15 * scale, n=people)),
        finding(**of_bounds, conf_low=drift - scale, conf_high=drift + scale),
        finding(variant="interval", **of_bounds, cautions="verdict_would_differ",
                conf_low=drift - 1.2 * scale, conf_high=drift + 1.2 * scale),
        finding(quantity="weight_balance", variant="before", **(of_weights | {"unit": "SD"}),
                estimate=0.21, n=people - 90),
        finding(quantity="weight_balance", variant="after", **(of_weights | {"unit": "SD"}),
                estimate=0.03, n=people - 90),
        finding(quantity="effective_sample", **(of_weights | {"unit": "people"}),
                estimate=people - 120.0, n=people - 90),
        finding(quantity="missing_information", estimator="imputation",
                **(own | {"unit": "percent"}), estimate=14.0, n=people),
    ]  # fmt: skip


WAYS = ("planned", "answers:complete", "sample:linked", "answers:complete,sample:linked")


def _robust(change, known, scale):
    """Tipping points, the range without one school, and four ways, of one planned change."""
    at = {name: change[name] for name in (*ADDRESS, "unit", "n", "n_clusters")}
    at = {name: value for name, value in at.items() if name not in ("study_id", "quantity")}
    at |= {"parent_id": change["finding_id"]}
    drift, rows = change["estimate"], []
    sign = 1 if drift > 0 else -1
    for bias, value in (("secular", 0.4), ("response_shift", 0.3), ("loss", -1.2)):
        own = at | {"variant": bias}
        if bias == "response_shift" and known.kind == "index":
            own["reason"] = "answers are right or wrong, so there is no rater"
        wide = {"conf_low": -3.1 * scale, "conf_high": -1.2 * scale} if bias == "loss" else {}
        missing = nan if "reason" in own else 1.0
        moved = missing * sign * value * scale + (known.secular or (0, 0))[sign > 0] * (
            bias == "secular"
        )
        rows.append(finding(quantity="tipping_point", **(own | {"estimator": "in_unit"}),
                            estimate=moved, **wide))  # fmt: skip
        own |= {"estimator": "in_sd", "unit": "SD"}
        rows.append(finding(quantity="tipping_point", **own, estimate=moved / (2 * scale)))
    rows.append(finding(quantity="without_one_school", **at, estimate=nan, statistic=0.03,
                        conf_low=drift - 0.04 * scale, conf_high=drift + 0.05 * scale,
                        cautions="rests_on_one_school" * (known.kind == "scale")))  # fmt: skip
    role = {"role": "secondary", "plan_status": "planned"}
    if change["audience"] == "parent":
        role = {"role": "exploratory", "plan_status": "not_planned"}
    people = {name: change[name] for name in ("n_pre", "n_post", "n_linked")}
    for place, variant in enumerate(WAYS):
        own = at | {"variant": variant} | people | role
        rows.append(finding(quantity="specification", **own,
                            estimate=drift + 0.1 * place * scale, verdict=change["verdict"],
                            conf_low=drift + (0.1 * place - 0.3) * scale,
                            conf_high=drift + (0.1 * place + 0.3) * scale))  # fmt: skip
    counts = {"run": 5, "estimated": 4, "same_direction": 4, "beyond_zero": 3, "same_verdict": 2}
    for variant, number in counts.items():
        own = at | {"variant": variant, "unit": "ways"}
        both = {"conf_low": drift, "conf_high": drift + 0.3 * scale} if number == 4 else {}
        rows.append(finding(quantity="specifications", **own, **role, estimate=number,
                            **(both if variant == "estimated" else {})))  # fmt: skip
    return rows


def _refused(at, where, people):
    return finding(quantity="change", estimand="schools_like_these", estimator="stacked", **at,
                   **(_role(where) | {"method": "stacked; CR2", "n_clusters": 2, "n": people}),
                   reason="2 schools: the smallest p of a sign-flip test is 0.50.")  # fmt: skip


def _role(where):
    knowledge = where["outcome"] == "knowledge"
    role = "primary" if knowledge else "secondary"
    return {"role": role, "family": "main", "plan_status": "planned"}


def _planned(where, known):
    knowledge = where["outcome"] == "knowledge"
    verdict = "rise_size_open" if knowledge else "fall_size_open"
    return _role(where) | {
        "headline_ok": where["phase"] != "phase_1" and knowledge,
        "verdict": "" if known.secular is None else verdict,
    }


def _measurement(where, known, people):
    at = {"level": "programme", "wave_from": "pre", **where}
    rows = []
    if known.kind == "scale":
        rows.append(finding(quantity="alpha", estimator="cronbach", wave_to="pre", **at,
                            **_interval(0.74, 0.02, n=people)))  # fmt: skip
        rows.append(finding(quantity="omega", estimator="one_factor", wave_to="pre", **at,
                            **_interval(0.76, 0.02, n=people)))  # fmt: skip
    for quantity, value in (("floor_share", 12.0), ("ceiling_share", 21.0)):
        for wave in ("pre", "post"):
            rows.append(finding(quantity=quantity, estimator="mean", unit="percent", wave_to=wave,
                                **(at | {"wave_from": wave}),
                                **_interval(value, 2.0, n=people)))  # fmt: skip
    rows.append(finding(quantity="score_sd", estimator="sd", wave_to="pre", unit=known.unit, **at,
                        **_interval(0.2 * (known.maximum - known.minimum), 0.02,
                                    n=people)))  # fmt: skip
    rows.append(finding(quantity="correlation", estimator="pearson", wave_to="post", **at,
                        **_interval(0.5, 0.02, n=people)))  # fmt: skip
    for quantity, value in (("icc_score", 0.09), ("icc_gain", 0.03)):
        rows.append(finding(quantity=quantity, variant="school",
                            wave_to="pre" if quantity == "icc_score" else "post", **at,
                            **_interval(value, 0.02, n=people)))  # fmt: skip
    rows.append(finding(quantity="linked_unlinked_difference", unit="SD", wave_to="post", **at,
                        **_interval(-0.08, 0.05, n=people)))  # fmt: skip
    return rows


def _schools(rng, facts, where, pair, schools, drift, scale, known):
    rows = []
    if facts.report_level[where["audience"]] == "school":
        for school in schools:
            n = int(rng.integers(8, 80))
            moved = drift + rng.normal(0, 0.3 * scale)
            at = {"level": "school", "unit_id": school, "unit": known.unit, **where}
            change = finding(quantity="change", estimand="participants", estimator="stacked",
                             n_pre=n, n_post=n - 1, n_linked=n // 2, **at, **pair,
                             **_interval(moved, 2 * scale / n**0.5, n=2 * n,
                                         clusters=2))  # fmt: skip
            rows.append(change)
            rows.append(finding(quantity="shrunken_change", estimand="participants",
                                estimator="random_effects", parent_id=change["finding_id"],
                                n_pre=n, n_post=n - 1, n_linked=n // 2, **at, **pair,
                                **_interval((drift + moved) / 2, 0.2 * scale,
                                            n=2 * n)))  # fmt: skip
            for wave in pair.values():
                mean = known.minimum + 6 * scale + (wave != "pre") * moved
                rows.append(finding(quantity="mean", estimator="mean", **at, wave_from=wave,
                                    wave_to=wave, **_interval(mean,
                                                0.2 * scale, n=n)))  # fmt: skip
            if where["phase"] == "phase_1":
                rows.append(finding(quantity="placement", estimator="random_effects",
                                    **(at | {"unit": "percent"}), **pair,
                                    **_interval(62.0, 8.0, n=n)))  # fmt: skip
    for province in PROVINCES:
        refused = where["phase"] == "phase_1"
        numbers = (
            {"reason": "fewer than 4 schools"} if refused else _interval(drift, 0.3 * scale, n=300)
        )
        rows.append(finding(quantity="change", estimand="participants", estimator="stacked",
                            level="province", unit_id=province, unit=known.unit, **where, **pair,
                            n_pre=150, n_post=150, n_linked=100, **numbers))  # fmt: skip
    return list({row["finding_id"]: row for row in rows}.values())


def _between(facts, where, pair, drift, scale, known):
    at = {"level": "programme", "unit": known.unit, "estimator": "random_effects", **where, **pair}
    shared = {"n": 10, "n_clusters": 10}
    mains = [finding(quantity=quantity, **at)["finding_id"]
             for quantity in ("schools_mean_change", "between_school_sd")]  # fmt: skip
    again = at | {"estimator": "paule_mandel"}
    return [
        finding(quantity="spread_by_moments", variant="mean", parent_id=mains[0], **again,
                **(_interval(drift, 0.11 * scale) | shared)),
        finding(quantity="spread_by_moments", variant="sd", parent_id=mains[1], **again,
                estimate=0.35 * scale, conf_low=0.1 * scale, conf_high=0.55 * scale, **shared),
        finding(quantity="schools_mean_change", **at,
                **(_interval(drift, 0.1 * scale) | shared)),
        finding(quantity="between_school_sd", **at, estimate=0.3 * scale, conf_low=0.1 * scale,
                conf_high=0.5 * scale, **shared),
        finding(quantity="prediction_interval", **at, estimate=drift, conf_low=drift - 0.7 * scale,
                conf_high=drift + 0.7 * scale, **shared),
        finding(quantity="phase_difference", **(at | {"phase": ""}), contrast="phase_1-phase_2",
                reason="phase 1 has 2 schools; a test needs at least 4."),
        finding(quantity="phase_difference", contrast="phase_1-phase_2", variant="half_width",
                estimate=0.8 * scale,
                **(at | {"phase": "", "estimator": "pooled_t", "n": 900, "n_clusters": 22})),
    ]  # fmt: skip


def _items(rng, facts, where, people):
    rows = []
    for audience, item in (key for key in facts.items if key[1] != "pt01"):
        at = {**where, "audience": audience, "item_id": item, "level": "programme"}
        share, moved = float(rng.uniform(30, 70)), float(rng.normal(8, 9))
        for wave, value in (("pre", share), ("post", share + moved)):
            rows.append(finding(quantity="item_share", estimator="mean", unit="percent",
                                wave_from=wave, wave_to=wave, **at,
                                **_interval(value, 2.0, n=people)))  # fmt: skip
        rows.append(finding(quantity="item_change", estimand="participants", estimator="stacked",
                            unit="points", wave_from="pre", wave_to="post", n_pre=people,
                            n_post=people, **at, **_interval(moved, 2.5, n=people)))  # fmt: skip
        rows += _item_quality(at | {"outcome": "confidence"}, share, people)
        rows += _ratings(at, moved, people)
    return rows


def _ratings(at, moved, people):
    pair = at | {"wave_from": "pre", "wave_to": "post", "n_pre": people, "n_post": people}
    return [
        finding(quantity="item_superiority", estimand="participants", unit="percent",
                estimator="superiority", **pair, **_interval(50 + moved / 2, 2.0, n=2 * people)),
        finding(quantity="item_superiority", estimand="participants", unit="percent",
                estimator="linked_superiority", n_linked=people - 40, **pair,
                **_interval(50 + moved, 3.0, n=2 * people)),
        finding(quantity="share_odds_ratio", estimand="schools_like_these", estimator="gee_logit",
                **(pair | {"outcome": "knowledge"}), **_interval(moved / 25, 0.12, n=2 * people)),
        finding(quantity="item_odds_ratio", estimand="schools_like_these",
                estimator="proportional_odds", **pair,
                **_interval(moved / 20, 0.15, n=2 * people)),
        finding(quantity="item_odds_ratio", estimand="schools_like_these",
                estimator="proportional_odds", variant="proportionality", n=2 * people,
                estimate=0.2, p_value=0.31, **pair),
    ]  # fmt: skip


def _item_quality(at, share, people):
    once = at | {"wave_from": "pre", "wave_to": "pre", "n": people}
    twice = at | {"wave_from": "pre", "wave_to": "post", "n": 2 * people}
    rows = [
        finding(quantity="difficulty", estimator="part_of_range", unit="percent",
                **once, estimate=share),
        finding(quantity="item_total", estimator="corrected", **once, estimate=share / 100),
        finding(quantity="discrimination", estimator="upper_lower", **once, estimate=0.5),
    ]  # fmt: skip
    for quantity, values in (("dont_know_share", (31.0, 12.0)), ("unanswered_share", (4.0, 5.0))):
        for wave, value in zip(("pre", "post"), values, strict=True):
            asked = once | {"wave_from": wave, "wave_to": wave}
            rows.append(finding(quantity=quantity, estimator="count", unit="percent", **asked,
                                estimate=value))  # fmt: skip
    for variant, gain, cautions in (
        ("", 0.046, "dif_moderate"),
        ("uniform", 0.041, ""),
        ("nonuniform", 0.005, ""),
    ):
        rows.append(finding(quantity="dif_wave", estimator="proportional_odds", variant=variant,
                            n_pre=people, n_post=people, p_value=0.0004, cautions=cautions,
                            **twice, estimate=gain))  # fmt: skip
    return rows


def _people(rng, facts, audience, phase, *, attendance):
    where = {"audience": audience, "phase": phase, "unit": "people", "estimator": "count"}
    few = phase == "phase_1"
    schools = [s for s, row in facts.schools.items() if row["phase"] == phase]
    rows = []

    def count(quantity, n, level="programme", unit_id="", wave="", **more):
        return finding(quantity=quantity, level=level, unit_id=unit_id, wave_from=wave,
                       wave_to=wave, estimate=float(n), n=int(n),
                       **(where | more))  # fmt: skip

    for i, wave in enumerate(facts.waves):
        rows.append(count("surveyed", (120 if few else 600) - 40 * i, wave=wave))
        for flag, share in (("speeding", 5.0), ("batch", 0.5), ("all_at_top", 20.0)):
            rows.append(count("flagged", (120 if few else 600) - 40 * i, wave=wave, variant=flag,
                              unit="percent") | {"estimate": share})  # fmt: skip
        for school in schools:
            rows.append(count("surveyed", 60 - 4 * i, "school", school, wave))
    if attendance:
        rows += [count("attended", 200 if few else 900), count("claimed", 250 if few else 5000)]
        rows += [count("attended", 80, "school", school) for school in schools]
        for wave, days in (("post", 0.0), ("follow_up", 43.0)):
            rows.append(finding(quantity="days_after_workshop", level="programme", wave_from=wave,
                                wave_to=wave, estimate=days, conf_low=max(days - 8, 0),
                                conf_high=days + 12, n=500,
                                **(where | {"unit": "days"})))  # fmt: skip
    rows.append(count("schools", len(schools), unit="schools"))
    rows.append(count("schools_one_wave", 0 if few else 1, unit="schools"))
    for later in ("post", "follow_up"):
        pair = {"wave_from": "pre", "wave_to": later, "level": "programme"}
        rows.append(finding(quantity="attrition", **(where | {"unit": "percent"}), **pair,
                            conf_low=6.0, conf_high=38.0, n=600))  # fmt: skip
        rows.append(finding(quantity="linked_share", **(where | {"unit": "percent"}), **pair,
                            estimate=62.0, n=600, n_linked=70 if few else 320))  # fmt: skip
    return [*rows, *_path(facts, where, len(schools), attendance=attendance)]


def _path(facts, where, schools, *, attendance):
    few = where["phase"] == "phase_1"
    before, after = (120, 80) if few else (600, 520)
    sizes = {"analysed": before + after, "schools_analysed": schools, "schools_surveyed": schools}
    if schools:
        sizes["schools_listed"] = schools
    if attendance:
        sizes |= {"enrolled": before * 2, "invited": before + 100, "schools_attended": schools}
    waves = [(wave, wave) for wave in facts.waves]
    pairs = [("pre", later) for later in list(facts.waves)[1:]]
    rows = []
    for quantity, size in sizes.items():
        places = {"schools_surveyed": waves, "analysed": pairs, "schools_analysed": pairs}
        split = {"n_pre": before, "n_post": after} if quantity == "analysed" else {}
        for first, later in places.get(quantity, [("", "")]):
            rows.append(finding(quantity=quantity, level="programme", wave_from=first,
                                wave_to=later, estimate=float(size), n=size, **where,
                                **split))  # fmt: skip
    return rows


def _pairs(phase):
    """Parents and children who answered the same question, in two waves."""
    at = {"audience": "parent", "phase": phase, "level": "programme", "variant": "tells"}
    rows = []
    for wave in ("pre", "post"):
        once = at | {"wave_from": wave, "wave_to": wave}
        numbers = _interval(0.2, 0.1, n=300)
        rows += [
            finding(quantity="pair_mean", item_id="pt01", estimator="mean", **once, **numbers),
            finding(quantity="pair_mean", item_id="k01", estimator="mean", **once, **numbers),
            finding(quantity="pair_difference", item_id="pt01", estimator="mean", **once,
                    **numbers),
            finding(quantity="pair_agreement", item_id="pt01", estimator="same_answer",
                    unit="percent", **once, **_interval(40.0, 3.0, n=300)),
        ]  # fmt: skip
        for estimator in ("weighted_kappa", "gwet_ac2"):
            rows.append(finding(quantity="pair_kappa", item_id="pt01", estimator=estimator, **once,
                                **_interval(0.3, 0.1, n=300)))  # fmt: skip
    return rows


def _delivered(facts, audience, phase):
    """Workshops with their sessions, slopes on them, and who heard of the programme."""
    at = {"audience": audience, "phase": phase, "level": "programme"}
    held = {"workshops": ("workshops", 12), "sessions_planned": ("sessions", 72)}
    held |= {"sessions_held": ("sessions", 54), "sessions_share": ("percent", 75)}
    held |= {"people_per_workshop": ("people", 30), "workshop_minutes": ("minutes", 200)}
    rows = [
        finding(quantity=quantity, unit=unit, estimator="count", estimate=number, n=360,
                n_clusters=6, **at)
        for quantity, (unit, number) in held.items()
    ]  # fmt: skip
    known = facts.outcome(audience, "knowledge")
    rows += [
        finding(quantity="dose_slope", outcome="knowledge", estimator="stacked", unit=known.unit,
                estimand="schools_like_these", variant="sessions_held", wave_from="pre",
                wave_to=later, n_pre=300, n_post=300, **at, **_interval(slope, 0.1))
        for later, slope in (("post", 0.4), ("follow_up", 0.1))
    ]  # fmt: skip
    return rows + (_heard(known, at) if audience == "student" else [])


def _heard(known, at):
    rows = []
    for wave, yes in (("pre", 10), ("post", 45)):
        here = at | {"wave_from": wave, "wave_to": wave, "estimator": "mean"}
        rows.append(finding(quantity="exposure_share", subgroup="heard:yes", item_id="k01",
                            unit="percent", **here, **_interval(yes, 2, n=600)))  # fmt: skip
        rows.append(finding(quantity="exposure_share", subgroup="heard:dont_know", item_id="k01",
                            unit="percent", **here, **_interval(5, 1, n=600)))  # fmt: skip
        of = here | {"outcome": "knowledge", "unit": known.unit}
        for word, mean, n in (("yes", 7.0, 6 * yes), ("no", 6.0, 570 - 6 * yes)):
            rows.append(finding(quantity="exposed_mean", subgroup=f"heard:{word}", **of,
                                **_interval(mean, 0.1, n=n)))  # fmt: skip
        rows.append(finding(quantity="exposure_gap", subgroup="heard:yes-no", **of,
                            **_interval(1.0, 0.15, n=570)))  # fmt: skip
    return rows


def _fates():
    counts = {
        "fate:used": 2600,
        "fate:quarantined": 64,
        "fate:duplicate": 38,
        "fate:no_consent": 41,
        "fate:withdrawn": 12,
        "reason:unknown school": 40,
        "reason:date outside the study": 24,
    }
    rows = [
        finding(quantity="rows", level="programme", subgroup=subgroup, estimate=float(n), n=n,
                unit="rows", estimator="count")
        for subgroup, n in counts.items()
    ]  # fmt: skip
    rows.append(finding(quantity="rejected_answers", level="programme", estimate=57.0, n=57,
                        unit="answers", estimator="count"))  # fmt: skip
    return rows
