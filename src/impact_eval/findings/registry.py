"""Every quantity of the findings table and what computes it, in the order of computation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeAlias

from impact_eval.findings import (
    changes,
    effects,
    ends,
    exclusions,
    family_tests,
    fates,
    flagged,
    flow,
    gaps,
    item_answers,
    item_quality,
    items,
    losses,
    means,
    measurement,
    pairs,
    people,
    permutations,
    phase_differences,
    phases,
    protection,
    retentions,
    schools,
    side_changes,
    side_losses,
    sign_flips,
    spread,
    subgroups,
    wild_bootstraps,
)
from impact_eval.findings.finding import Finding
from impact_eval.findings.study_data import StudyData
from impact_eval.vocabulary import QUANTITIES, Quantity

Compute: TypeAlias = Callable[[StudyData, Mapping[str, Finding]], Iterator[Finding]]

# A function yields the quantities under which it stands, from the study's arrays and from the
# findings of the functions above it.
REGISTRY: Final[Mapping[Quantity, tuple[Compute, ...]]] = {
    "mean": (means.means,),
    "mastery_share": (means.mastery_shares,),
    "effect": (effects.effects, permutations.permutation_effects),
    "baseline_difference": (effects.effects,),
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
    "subgroup_difference": (subgroups.subgroup_differences, gaps.joint_differences),
    "pair_mean": (pairs.pair_answers,),
    "pair_agreement": (pairs.pair_answers,),
    "pair_kappa": (pairs.pair_answers,),
    "pair_difference": (pairs.pair_answers, pairs.pair_changes),
    "effect_size": (changes.effect_sizes, effects.effects),
    "retention": (retentions.retentions,),
    "item_share": (items.item_shares,),
    "item_change": (items.item_changes,),
    "schools_mean_change": (schools.between_schools,),
    "between_school_sd": (schools.between_schools,),
    "prediction_interval": (schools.between_schools,),
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
    "rows": (fates.rows,),
    "rejected_answers": (fates.rejected_answers,),
    "flagged": (flagged.flagged,),
    "identifying_columns": (protection.counts,),
    "disclosures": (protection.counts,),
    "consents_missing": (protection.counts,),
    "withdrawals_not_found": (protection.counts,),
}


def computations(quantities: Collection[Quantity] = QUANTITIES) -> tuple[Compute, ...]:
    """List the functions that compute some quantities once each, in order."""
    chosen = [group for quantity, group in REGISTRY.items() if quantity in quantities]
    return tuple(dict.fromkeys(function for group in chosen for function in group))
