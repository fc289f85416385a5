"""Where each number's method is written down, what it was held against, and which test does so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from impact_eval.vocabulary import Quantity


class Source(NamedTuple):
    """Section of docs/methods.md, what the numbers were held against, and files below `tests`.

    Section 0 stands for plain counts, which the head of that document describes.
    """

    section: int
    held_against: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        """Say all of it in one line."""
        files = ", ".join(f"tests/{name}" for name in self.tests)
        return (
            f"docs/methods.md, section {self.section}; held against {self.held_against} ({files})"
        )


_CLUB: Final = "R's clubSandwich (CR2, Satterthwaite)"
_COUNTED: Final = Source(0, "counts made by other means", ("findings/test_people.py",))
_FLOW: Final = Source(0, "counts made by other means", ("findings/test_flow.py",))
_WAVES: Final = Source(
    1,
    f"{_CLUB}; limits between the ends: scipy's binomtest",
    (
        *("estimators/test_cr2_reference.py", "estimators/test_changes.py"),
        "estimators/test_bounded_mean.py",
    ),
)
_CHANGE: Final = Source(
    2, _CLUB, ("estimators/test_cr2_reference.py", "estimators/test_real_data.py")
)
_OF_SCHOOL: Final = Source(
    4,
    "moments written as loops in R",
    ("estimators/test_schools.py", "estimators/test_uncertainty.py"),
)
_SPREAD: Final = Source(5, "R's metafor (REML)", ("estimators/test_random_effects.py",))
_ARMS: Final = Source(15, f"{_CLUB} and lm", ("estimators/test_comparisons.py",))
_ROLL_OUT: Final = Source(
    16,
    "the estimator written a second time in R (designs.R)",
    ("estimators/test_staggered.py", "estimators/test_leads.py"),
)
_PARTS_OF_ROLL_OUTS: Final = Source(
    33,
    "the estimator written a second time in R (roll_out_groups.R)",
    ("estimators/test_staggered.py", "findings/test_roll_out_groups.py"),
)
_ITEM: Final = Source(10, "R's psych", ("estimators/test_item_statistics.py",))
_LOST: Final = Source(
    20,
    "R's brglm2, mice, pan and clubSandwich",
    ("estimators/test_missing.py", "findings/test_with_lost.py"),
)
_UNDONE: Final = Source(
    21, f"{_CLUB}, refitted", ("estimators/test_robustness.py", "findings/test_robustness.py")
)
_LOOKING: Final = Source(
    26, "sums that must hold, and drawn shifts", ("findings/test_looking_back.py",)
)
_PAIRS: Final = Source(
    23, "R's psych, and formulas in R", ("estimators/test_agreement.py", "findings/test_pairs.py")
)
_TOPIC: Final = Source(29, f"{_CLUB}, Wald_test HTZ", ("estimators/test_several_changes.py",))
_MIXED: Final = Source(27, "R's lmerTest", ("estimators/test_mixed_model.py",))
_WAYS: Final = Source(21, "the same way computed alone", ("findings/test_robustness.py",))
_EXPOSED: Final = Source(25, _CLUB, ("findings/test_exposures.py", "estimators/test_dose.py"))

_OF_QUANTITIES: Final[Mapping[tuple[Quantity, ...], Source]] = {
    ("mean", "mastery_share", "item_share", "floor_share", "ceiling_share"): _WAVES,
    ("change", "mastery_change", "item_change"): _CHANGE,
    ("topic_mean", "topic_change", "topic_effect", "topic_difference"): _TOPIC,
    ("item_superiority", "item_odds_ratio"): Source(
        24, "R's MASS (polr) and clubSandwich", ("estimators/test_ordinal.py",)
    ),
    ("share_odds_ratio",): Source(
        24,
        "R's geepack, and Mancl and DeRouen's formula in R",
        ("estimators/test_single_shares.py",),
    ),
    ("cox_index",): Source(
        15,
        _CLUB,
        (
            *("estimators/test_comparisons.py", "estimators/test_single_shares.py"),
            "estimators/test_uncertainty.py",
        ),
    ),
    ("risen_share",): Source(8, "counts made by other means", ("findings/test_share_odds.py",)),
    ("gap", "subgroup_difference"): Source(
        22, _CLUB, ("estimators/test_joint_changes.py", "estimators/test_effect_differences.py")
    ),
    ("effect_size",): Source(
        8,
        "R, by formula and by clubSandwich",
        (
            *("estimators/test_effect_sizes.py", "estimators/test_effect_sizes_of_clusters.py"),
            *("estimators/test_reference_values.py", "estimators/test_uncertainty.py"),
        ),
    ),
    ("mean_looking_back", "response_shift", "change_looking_back"): _LOOKING,
    ("pair_mean", "pair_agreement", "pair_kappa", "pair_difference"): _PAIRS,
    ("schools_without_pairs",): Source(
        13, "counts made by other means", ("findings/test_pairs.py",)
    ),
    (
        *("workshops", "sessions_planned", "sessions_held", "sessions_share"),
        *("people_per_workshop", "workshop_minutes"),
    ): Source(0, "counts made by other means", ("findings/test_dose.py",)),
    ("dose_slope",): Source(25, _CLUB, ("estimators/test_dose.py",)),
    ("exposure_share", "exposed_mean", "exposure_gap"): _EXPOSED,
    ("exposure_slope", "exposure_change"): Source(
        25, _CLUB, ("estimators/test_exposed_changes.py", "findings/test_exposure_dose.py")
    ),
    ("effect", "baseline_difference"): _ARMS,
    ("effect_since", "effect_of_group", "equal_trends"): _ROLL_OUT,
    ("retention",): Source(17, "R, by Fieller's formula", ("estimators/test_retention.py",)),
    (
        *("schools_mean_change", "between_school_sd", "prediction_interval"),
        "shrunken_change",
    ): _SPREAD,
    ("spread_by_moments",): Source(5, "R's metafor (PM)", ("estimators/test_random_effects.py",)),
    ("placement",): Source(6, "closed forms and drawn schools", ("estimators/test_phases.py",)),
    ("phase_difference",): Source(
        6,
        f"{_CLUB} and t.test",
        ("estimators/test_phases.py", "estimators/test_uncertainty.py"),
    ),
    ("tipping_point", "without_one_school"): _UNDONE,
    ("specification", "specifications"): _WAYS,
    ("modelled_change", "modelled_effect"): _MIXED,
    ("effect_odds_ratio",): Source(
        28, "R's MASS (polr) and clubSandwich", ("estimators/test_adjusted_odds.py",)
    ),
    ("alpha",): Source(10, "R's psych", ("estimators/test_reliability.py",)),
    ("omega",): Source(10, "R's psych", ("estimators/test_omega.py",)),
    ("item_total",): Source(10, "R's psych", ("estimators/test_reliability.py",)),
    ("difficulty", "discrimination"): _ITEM,
    ("dif_wave",): Source(
        10, "R's MASS (polr)", ("estimators/test_wave_dif.py", "estimators/test_uncertainty.py")
    ),
    ("dont_know_share", "refused_share", "unanswered_share"): Source(
        0, "counts made by other means", ("findings/test_item_answers.py",)
    ),
    ("icc_score", "icc_gain"): Source(10, "R's aov", ("estimators/test_icc.py",)),
    ("score_sd", "correlation"): Source(
        19,
        "R's sd and cor without a school at a time",
        ("estimators/test_score_spread.py", "estimators/test_uncertainty.py"),
    ),
    ("attrition", "attrition_difference"): Source(
        11, "closed forms", ("estimators/test_unlinked_and_attrition.py", "findings/test_people.py")
    ),
    ("linked_unlinked_difference",): Source(
        11,
        _CLUB,
        ("estimators/test_unlinked_and_attrition.py", "estimators/test_uncertainty.py"),
    ),
    (
        *("change_with_lost", "effect_with_lost"),
        *("weight_balance", "effective_sample", "missing_information"),
    ): _LOST,
    ("lost",): Source(20, "counts made by other means", ("findings/test_with_lost.py",)),
    ("linked_share",): _COUNTED,
    ("false_link_share",): Source(13, "the simulator's truth", ("findings/test_people.py",)),
    (
        *("surveyed", "attended", "claimed", "schools", "schools_one_wave"),
        "days_after_workshop",
    ): _COUNTED,
    (
        *("enrolled", "invited", "analysed"),
        *("schools_listed", "schools_attended", "schools_surveyed", "schools_analysed"),
    ): _FLOW,
    ("rows", "rejected_answers"): Source(
        0, "counts made by other means", ("surveys/test_fates.py", "surveys/test_prepare.py")
    ),
    ("flagged",): Source(14, "counts made by other means", ("findings/test_exclusions.py",)),
    (
        *("identifying_columns", "disclosures", "consents_missing", "consents_limited"),
        "withdrawals_not_found",
    ): Source(
        0,
        "the files as they were written",
        ("surveys/privacy/test_canaries.py", "surveys/privacy/test_identifying.py"),
    ),
}

_OF_ESTIMATORS: Final[Mapping[str, Source]] = {
    "adjusted_gain": Source(
        3, _CLUB + " and lm", ("estimators/test_linked.py", "estimators/test_uncertainty.py")
    ),
    "sign_flip": Source(7, "every flip enumerated, in R", ("estimators/test_sign_flip.py",)),
    "wild_bootstrap": Source(7, "every refit, in R", ("estimators/test_wild_bootstrap.py",)),
    "romano_wolf": Source(
        9,
        "every pattern of signs, in R",
        ("estimators/test_romano_wolf.py", "estimators/test_uncertainty.py"),
    ),
    "holm": Source(9, "statsmodels' multipletests", ("findings/test_sources.py",)),
    "benjamini_hochberg": Source(
        9, "R's p.adjust and statsmodels", ("estimators/test_single_shares.py",)
    ),
    "mcnemar": Source(24, "R's binom.test and statsmodels", ("estimators/test_single_shares.py",)),
    "worst_case": Source(
        18, _CLUB, ("estimators/test_bounds.py", "estimators/test_uncertainty.py")
    ),
    "lee": Source(18, "R, an answer at a time", ("estimators/test_bounds.py",)),
    "permutation": Source(
        7,
        "every assignment enumerated",
        ("estimators/test_sign_flip.py", "estimators/test_lot_stepdown.py"),
    ),
}

_BY_WILD_SIGNS: Final = Source(7, "every refit, in R", ("estimators/test_wild_stepdown.py",))
_TOGETHER: Final = Source(
    7,
    "every refit, in R; every order of a lot, by definition",
    ("estimators/test_wild_stepdown.py", "estimators/test_lot_stepdown.py"),
)
_BESIDE_EFFECTS: Final[Mapping[str, Source]] = {
    "adjusted_gain": Source(
        3,
        f"{_CLUB}, and drawn sides",
        ("estimators/test_adjusted_gains.py", "estimators/test_uncertainty.py"),
    ),
    "permutation": _OF_ESTIMATORS["permutation"],
    "holm": _OF_ESTIMATORS["holm"],
    "romano_wolf": _TOGETHER,
    "wild_bootstrap": _BY_WILD_SIGNS,
}


def all_sources() -> Iterator[tuple[str, Source]]:
    """Yield quantities and estimators, each with its source."""
    for quantities, source in _OF_QUANTITIES.items():
        yield from ((quantity, source) for quantity in quantities)
    yield from _OF_ESTIMATORS.items()
    yield "school_changes", _OF_SCHOOL
    yield from ((f"effect, {variant}", source) for variant, source in _BESIDE_EFFECTS.items())


def source_of(
    quantity: str,
    estimator: str,
    *,
    variant: str = "",
    level: str = "",
    staggered: bool = False,
) -> Source:
    """Find where a number's method is written down: of its estimator, else of its quantity.

    What stands beside an effect is told by its variant, and a single school's change by its level.

    >>> source_of("change", "sign_flip").section, source_of("change", "stacked").section
    (7, 2)
    """
    if level == "school" and quantity in ("change", "mastery_change"):
        return _OF_SCHOOL
    if quantity == "effect" and variant in _BESIDE_EFFECTS:
        return _BESIDE_EFFECTS[variant]
    if estimator in _OF_ESTIMATORS:
        return _OF_ESTIMATORS[estimator]
    if staggered and quantity in ("effect", "baseline_difference"):
        return _ROLL_OUT
    if staggered and quantity in ("topic_effect", "item_change", "subgroup_difference"):
        return _PARTS_OF_ROLL_OUTS
    return dict(all_sources())[quantity]
