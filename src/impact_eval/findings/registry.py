"""Every quantity of the findings table and what computes it, in the order of computation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeAlias

from impact_eval.findings.beside import (
    discoveries,
    drawn_dates,
    effect_sizes_of_lots,
    effect_tests,
    effects_with_lost,
    exclusions,
    family_tests,
    looking_back,
    mixed_models,
    ordinal_effects,
    permutations,
    share_odds,
    sign_flips,
    specifications,
    tipping,
    wild_bootstraps,
    with_lost,
    without_schools,
)
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.delivery import (
    deliveries,
    dose_slopes,
    exposed_changes,
    exposures,
    side_exposures,
)
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups import (
    effect_differences,
    gaps,
    other_spreads,
    pair_changes,
    pairs,
    phase_differences,
    phases,
    schools,
    side_spreads,
    subgroup_discoveries,
    subgroups,
    topics,
)
from impact_eval.findings.outcomes import (
    changes,
    ends,
    item_quality,
    items,
    means,
    measurement,
    ratings,
    risen,
    spread,
    topic_scores,
)
from impact_eval.findings.participation import (
    fates,
    flagged,
    flow,
    item_answers,
    losses,
    people,
    protection,
    side_losses,
)
from impact_eval.findings.sides import (
    effects,
    item_effects,
    rating_effects,
    rating_sides,
    retentions,
    roll_outs,
    side_changes,
)
from impact_eval.vocabulary import QUANTITIES, Quantity

Compute: TypeAlias = Callable[[StudyData, Mapping[str, Finding]], Iterator[Finding]]

# A function yields the quantities under which it stands, from the study's arrays and from the
# findings of the functions above it.
REGISTRY: Final[Mapping[Quantity, tuple[Compute, ...]]] = {
    "mean": (means.means,),
    "mastery_share": (means.mastery_shares,),
    "effect": (
        effects.effects,
        roll_outs.roll_outs,
        permutations.permutation_effects,
        drawn_dates.drawn_dates,
        effect_tests.wild_bootstrap_effects,
        effect_tests.effect_family_tests,
    ),
    "effect_since": (roll_outs.roll_outs,),
    "effect_of_group": (roll_outs.roll_outs,),
    "equal_trends": (roll_outs.roll_outs,),
    "baseline_difference": (effects.effects, roll_outs.roll_outs),
    "change": (
        changes.changes,
        side_changes.side_changes,
        subgroups.subgroup_changes,
        schools.school_changes,
        exclusions.exclusion_changes,
        sign_flips.sign_flip_changes,
        wild_bootstraps.wild_bootstrap_changes,
        family_tests.family_tests,
    ),
    "mastery_change": (
        changes.mastery_changes,
        side_changes.side_mastery_changes,
        schools.school_mastery_changes,
    ),
    "gap": (gaps.gaps,),
    "subgroup_difference": (
        subgroups.subgroup_differences,
        gaps.joint_differences,
        effect_differences.effect_differences,
        subgroup_discoveries.subgroup_discoveries,
    ),
    "mean_looking_back": (looking_back.means_looking_back,),
    "response_shift": (looking_back.response_shifts,),
    "change_looking_back": (looking_back.changes_looking_back,),
    "pair_mean": (pairs.pair_answers,),
    "pair_agreement": (pairs.pair_answers,),
    "pair_kappa": (pairs.pair_answers,),
    "pair_difference": (
        pairs.pair_answers,
        pairs.pair_changes,
        pair_changes.side_pair_changes,
    ),
    "schools_without_pairs": (pairs.schools_without_pairs,),
    "dose_slope": (dose_slopes.dose_slopes,),
    "exposure_share": (exposures.exposures, side_exposures.side_exposures),
    "exposed_mean": (exposures.exposures,),
    "exposure_gap": (exposures.exposures, side_exposures.side_exposures),
    "exposure_slope": (exposed_changes.exposure_dose,),
    "exposure_change": (exposed_changes.exposure_dose,),
    "effect_size": (
        changes.effect_sizes,
        effects.effects,
        effect_sizes_of_lots.effect_sizes_of_lots,
    ),
    "risen_share": (risen.risen_shares,),
    "retention": (retentions.retentions,),
    "item_share": (items.item_shares,),
    "item_change": (
        items.item_changes,
        item_effects.item_effects,
        discoveries.item_discoveries,
    ),
    "topic_mean": (topic_scores.topic_means,),
    "topic_change": (topics.topic_changes,),
    "topic_effect": (topics.topic_changes,),
    "topic_difference": (topics.topic_differences,),
    "item_superiority": (ratings.superiorities, rating_sides.rating_sides),
    "item_odds_ratio": (ratings.odds_ratios, rating_effects.rating_effects),
    "schools_mean_change": (schools.between_schools, side_spreads.side_spreads),
    "between_school_sd": (schools.between_schools, side_spreads.side_spreads),
    "prediction_interval": (schools.between_schools, side_spreads.side_spreads),
    "shrunken_change": (schools.between_schools,),
    "placement": (phases.placements,),
    "phase_difference": (phase_differences.phase_differences,),
    "alpha": (measurement.alphas,),
    "omega": (measurement.omegas,),
    "item_total": (item_quality.item_totals,),
    "difficulty": (item_quality.difficulties,),
    "discrimination": (item_quality.discriminations,),
    "floor_share": (ends.floor_shares,),
    "ceiling_share": (ends.ceiling_shares,),
    "dif_wave": (item_quality.wave_difs,),
    "dont_know_share": (item_answers.dont_know_shares,),
    "refused_share": (item_answers.refused_shares,),
    "unanswered_share": (item_answers.unanswered_shares,),
    "icc_score": (measurement.score_iccs,),
    "icc_gain": (measurement.gain_iccs,),
    "score_sd": (spread.score_sds,),
    "correlation": (spread.correlations,),
    "surveyed": (people.surveyed,),
    "attended": (people.attended,),
    "claimed": (people.claimed,),
    "workshops": (deliveries.deliveries,),
    "sessions_planned": (deliveries.deliveries,),
    "sessions_held": (deliveries.deliveries,),
    "sessions_share": (deliveries.deliveries,),
    "people_per_workshop": (deliveries.deliveries,),
    "workshop_minutes": (deliveries.deliveries,),
    "enrolled": (flow.enrolled,),
    "invited": (flow.invited,),
    "analysed": (flow.analysed,),
    "schools": (people.schools,),
    "schools_one_wave": (people.schools_one_wave,),
    "schools_listed": (flow.schools_listed,),
    "schools_attended": (flow.schools_attended,),
    "schools_surveyed": (flow.schools_surveyed,),
    "schools_analysed": (flow.schools_analysed,),
    "days_after_workshop": (people.days_after_workshop,),
    "linked_share": (losses.linked_shares,),
    "false_link_share": (losses.false_link_shares,),
    "attrition": (losses.attrition, side_losses.side_attrition),
    "attrition_difference": (side_losses.attrition_differences,),
    "linked_unlinked_difference": (losses.linked_unlinked_differences,),
    "change_with_lost": (with_lost.changes_with_lost,),
    "effect_with_lost": (effects_with_lost.effects_with_lost,),
    "lost": (with_lost.changes_with_lost, effects_with_lost.effects_with_lost),
    "weight_balance": (with_lost.changes_with_lost, effects_with_lost.effects_with_lost),
    "effective_sample": (with_lost.changes_with_lost, effects_with_lost.effects_with_lost),
    "missing_information": (with_lost.changes_with_lost, effects_with_lost.effects_with_lost),
    "rows": (fates.rows,),
    "rejected_answers": (fates.rejected_answers,),
    "flagged": (flagged.flagged,),
    "identifying_columns": (protection.counts,),
    "disclosures": (protection.counts,),
    "consents_missing": (protection.counts,),
    "consents_limited": (protection.counts,),
    "withdrawals_not_found": (protection.counts,),
}

# The same, from findings that the plan has judged: what would change them.
ON_JUDGED: Final[Mapping[Quantity, tuple[Compute, ...]]] = {
    "tipping_point": (tipping.tipping_points,),
    "without_one_school": (without_schools.schools_left_out,),
    "modelled_change": (mixed_models.mixed_models,),
    "modelled_effect": (mixed_models.mixed_models,),
    "specification": (specifications.specification_changes,),
    "specifications": (specifications.specification_changes,),
    "effect_odds_ratio": (ordinal_effects.ordinal_effects,),
    "share_odds_ratio": (share_odds.share_odds_findings,),
    "cox_index": (share_odds.share_odds_findings,),
    "spread_by_moments": (other_spreads.other_spreads,),
}


def computations(quantities: Collection[Quantity] = QUANTITIES) -> tuple[Compute, ...]:
    """List the functions that compute some quantities once each, in order."""
    return _chosen(REGISTRY, quantities)


def computations_on_judged(
    quantities: Collection[Quantity] = QUANTITIES,
) -> tuple[Compute, ...]:
    """List the functions that compute some quantities from what was judged, once each."""
    return _chosen(ON_JUDGED, quantities)


def _chosen(
    registry: Mapping[Quantity, tuple[Compute, ...]], quantities: Collection[Quantity]
) -> tuple[Compute, ...]:
    groups = [group for quantity, group in registry.items() if quantity in quantities]
    return tuple(dict.fromkeys(function for group in groups for function in group))
