"""Headings of tables, and which numbers of which findings may stand under each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from impact_eval.vocabulary import QUANTITIES
from impact_eval.wording.may_stand import read_allowed
from impact_eval.wording.strings import has_text

# A heading's text by its key, and `quantity[variant or estimator].numbers`. A variant that ends in
# `*` begins so, one after `!` may not be; without one any may stand there.
# What `numbers` means: `may_stand.NUMBERS_OF`.
_SPECS: Final = {
    "tables.before": "mean.first",
    "tables.after": "mean.last",
    "tables.change": "change topic_change topic_difference specification modelled_change"
    " change_with_lost",
    "tables.lost_change": "change change_with_lost",
    "tables.lost_effect": "effect effect_with_lost",
    "tables.effect": "effect effect_since topic_effect topic_difference specification"
    " modelled_effect effect_with_lost effect_odds_ratio",
    "tables.phase_difference": "phase_difference",
    "tables.drawn_change": "shrunken_change",
    "tables.change_points": "mastery_change item_change",
    "tables.item_sides_change": "item_change effect",
    "tables.item_roll_out_change": "item_change effect",
    "tables.discovery_p": "item_change[benjamini_hochberg].p"
    " subgroup_difference[benjamini_hochberg].p",
    "tables.share_odds": "share_odds_ratio",
    "tables.share_odds_sides": "share_odds_ratio",
    "tables.cox_index": "cox_index",
    "tables.mcnemar_p": "item_change[mcnemar].p mastery_change[mcnemar].p",
    "tables.spread_mean": "schools_mean_change spread_by_moments[mean]",
    "tables.spread_sd": "between_school_sd spread_by_moments[sd]",
    "tables.change_difference": "subgroup_difference",
    "tables.gap_after": "gap",
    "tables.gap_side": "gap",
    "tables.gap_change": "subgroup_difference",
    "tables.gap_sides_change": "subgroup_difference",
    "tables.gap_roll_out_change": "subgroup_difference",
    "tables.gap_before_after": "gap",
    "tables.before_to_after": "mean",
    "tables.subgroup_side": "mean gap",
    "tables.mean": "mean pair_mean",
    "tables.group_mean": "mean",
    "tables.percent": "mastery_share item_share",
    "tables.surveyed": "surveyed",
    "tables.side": "mean mastery_share item_share topic_mean attrition gap",
    "tables.people_before_after": "change.people mastery_change.people effect.people",
    "tables.people_of_sides": "mean.n surveyed",
    "tables.people": "mean.n",
    "tables.lost_n": "change.people change_with_lost.people effect.people effect_with_lost.people"
    " change.n change_with_lost.n effect.n effect_with_lost.n effect_with_lost.pre",
    "tables.flow_people": "claimed enrolled invited attended surveyed analysed.people"
    " linked_share.linked",
    "tables.answers_used": "effect_since.n",
    "tables.clusters": "change.clusters effect_since.clusters",
    "tables.std_error": "change.std_error modelled_change.std_error effect.std_error"
    " modelled_effect.std_error effect_odds_ratio.std_error",
    "tables.df": "change.df modelled_change.df effect.df modelled_effect.df effect_odds_ratio.df",
    "tables.p_value": "change.p modelled_change.p share_odds_ratio.p",
    "tables.no_difference_p": "effect.p modelled_effect.p effect_odds_ratio.p",
    "tables.simultaneous": "change.simultaneous effect.simultaneous",
    "tables.linked_people": "change.linked modelled_change.linked effect.linked"
    " modelled_effect.linked effect_odds_ratio.linked",
    "tables.d_pre": "effect_size[d_pre]",
    "tables.d_av": "effect_size[d_av]",
    "tables.g": "effect_size[g]",
    "tables.g_unconditional": "effect_size[g_unconditional]",
    "tables.g_conditional": "effect_size[g_conditional]",
    "tables.risen": "risen_share",
    "tables.balance_g": "baseline_difference",
    "tables.balance_from_later": "baseline_difference",
    "tables.attrition_difference": "attrition_difference",
    "tables.attrition_from_later": "attrition_difference",
    "tables.attrition_of_group": "attrition",
    "tables.lost": "attrition",
    "tables.linked_share": "linked_share",
    "tables.chance": "false_link_share",
    "tables.linked_difference": "linked_unlinked_difference",
    "tables.attended": "attended",
    "tables.claimed": "claimed",
    "tables.schools": "schools",
    "tables.schools_one_wave": "schools_one_wave",
    "tables.weights_lost": "lost",
    "tables.weights_before": "weight_balance[before]",
    "tables.weights_after": "weight_balance[after]",
    "tables.weights_worth": "effective_sample",
    "tables.weights_missing": "missing_information",
    "tables.retention_left": "retention",
    "tables.placement": "placement",
    "tables.phase_permutation": "phase_difference.p",
    "tables.topic_p": "topic_change.p topic_effect.p topic_difference.p",
    "tables.rating_superiority": "item_superiority",
    "tables.rating_pairs": "item_superiority[superiority]",
    "tables.rating_linked": "item_superiority[linked_superiority]",
    "tables.rating_pairs_of": "item_superiority[superiority]",
    "tables.rating_linked_of": "item_superiority[linked_superiority]",
    "tables.rating_apart": "item_superiority[programme-comparison]",
    "tables.rating_technical": "item_odds_ratio item_odds_ratio.p",
    "tables.rating_odds": "item_odds_ratio",
    "tables.rating_sides_odds": "item_odds_ratio",
    "tables.rating_check": "item_odds_ratio[proportionality].p",
    "tables.alpha": "alpha",
    "tables.alpha_once": "alpha",
    "tables.omega": "omega",
    "tables.omega_once": "omega",
    "tables.icc_score": "icc_score",
    "tables.icc_gain": "icc_gain",
    "tables.ends_before": "floor_share.first ceiling_share.first",
    "tables.ends_after": "floor_share.last ceiling_share.last",
    "tables.floor_share": "floor_share",
    "tables.ceiling_share": "ceiling_share",
    "tables.difficulty": "difficulty",
    "tables.item_total": "item_total",
    "tables.discrimination": "discrimination",
    "tables.dif": "dif_wave.p",
    "tables.dif_gain": "dif_wave[]",
    "tables.dif_uniform": "dif_wave[uniform]",
    "tables.dif_nonuniform": "dif_wave[nonuniform]",
    "tables.dont_know_share": "dont_know_share",
    "tables.refused_share": "refused_share",
    "tables.unanswered_share": "unanswered_share",
    "tables.all_rows": "rows.of_all",
    "tables.protection_number": "identifying_columns disclosures consents_missing consents_limited"
    " withdrawals_not_found threshold",
    "tables.pair_difference": "pair_difference",
    "tables.pair_n": "pair_difference.people pair_difference.n",
    "tables.pair_agreement": "pair_agreement",
    "tables.pair_kappa": "pair_kappa[weighted_kappa]",
    "tables.pair_ac2": "pair_kappa[gwet_ac2]",
    "tables.delivered.workshops": "workshops[]",
    "tables.delivered.with_sessions": "workshops[with_sessions]",
    "tables.delivered.sessions_planned": "sessions_planned",
    "tables.delivered.sessions_held": "sessions_held",
    "tables.delivered.sessions_share": "sessions_share",
    "tables.delivered.people_per_workshop": "people_per_workshop",
    "tables.delivered.workshop_minutes": "workshop_minutes",
    "tables.dose.sessions_held": "dose_slope[sessions_held]",
    "tables.dose.within": "dose_slope[*:within]",
    "tables.dose.between": "dose_slope[*:between]",
    "tables.dose.n_schools": "dose_slope.n",
    "tables.dose.n_people": "dose_slope.n",
    "tables.dose.clusters": "dose_slope.clusters",
    "tables.exposure.yes_share": "exposure_share[*:yes]",
    "tables.exposure.more_share": "exposure_share[*:more]",
    "tables.exposure.unsure_share": "exposure_share[*:dont_know]",
    "tables.exposure.asked": "exposure_share.n",
    "tables.exposure.yes": "exposed_mean[*:yes]",
    "tables.exposure.no": "exposed_mean[*:no]",
    "tables.exposure.more": "exposed_mean[*:more]",
    "tables.exposure.least": "exposed_mean[*:least]",
    "tables.exposure.people": "exposed_mean.n_beside",
    "tables.exposure.gap_yes": "exposure_gap[*:yes-no]",
    "tables.exposure.gap_more": "exposure_gap[*:more-least]",
    "tables.exposure.everybody": "change",
    "tables.exposure.change_yes": "exposure_change[*:yes]",
    "tables.exposure.change_no": "exposure_change[*:no]",
    "tables.exposure.change_more": "exposure_change[*:more]",
    "tables.exposure.change_least": "exposure_change[*:least]",
    "tables.exposure.slope_yes": "exposure_slope[*:yes-no]",
    "tables.exposure.slope_more": "exposure_slope[*:more-least]",
    "tables.exposure.points": "exposure_share[programme-comparison]",
    "tables.exposure.apart": "exposure_gap[programme-comparison]",
    "looking_back.then": "mean_looking_back",
    "looking_back.shift": "response_shift",
    "looking_back.change": "change",
    "looking_back.difference": "change_looking_back",
    "looking_back.people": "response_shift.post",
    "robustness.table_secular": "tipping_point[secular].point",
    "robustness.table_secular_apart": "tipping_point[secular].point",
    "robustness.table_shift": "tipping_point[response_shift].point response_shift",
    "robustness.table_loss": "tipping_point[loss*].point tipping_point[loss*].two_points",
    "robustness.table_trend": "tipping_point[trend].point",
    "robustness.table_times": "tipping_point[trend].times",
    "robustness.table_one_school": "without_one_school",
    "robustness.table_ways": "specifications.some specifications.all",
    "planning.inputs.sd": "score_sd",
    "planning.inputs.icc_score": "icc_score",
    "planning.inputs.icc_gain": "icc_gain[school]",
    "planning.inputs.icc_team": "icc_gain[!school]",
    "planning.inputs.correlation": "correlation",
}
# Findings of the plan under one heading, and the same without its exclusions under the other.
AS_REPORTED: Final = "without_exclusions.as_reported"
WITH_EVERY_FORM: Final = "without_exclusions.with_every_form"
_ANY: Final = " ".join(
    f"{quantity} {quantity}.p {quantity}.two_points"
    for quantity in QUANTITIES
    if has_text(f"without_exclusions.quantities.{quantity}")
)
# What may stand under a label that the study declares, by what it is a label of.
_LABELLED: Final = {
    "wave": "mean mastery_share item_share topic_mean surveyed days_after_workshop icc_score"
    " icc_gain attrition linked_share false_link_share flagged dont_know_share refused_share"
    " unanswered_share effect_of_group exposure_share mean.n",
    "phase": "change effect modelled_change",
    "audience": "rows pair_mean",
    "arm": "mean mastery_share item_share topic_mean gap attrition item_superiority exposure_share"
    " exposure_gap",
    "level": "mean gap",
    "sites": "schools_listed schools_attended schools_surveyed schools_analysed",
}
# The last part of the address of a planned number, by heading.
PLANNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "planning.people_each": "detectable addition",
        "planning.measures.detectable": "detectable",
        "planning.measures.addition": "addition",
        "planning.measures.schools_needed": "schools_needed",
        "planning.usual": "usual",
        "planning.cautious": "cautious",
        **{
            f"planning.designs.{design}": "addition"
            for design in (
                *("one_group", "one_group_linked", "same_schools", "other_schools", "comparison"),
                *("randomised", "randomised_pretest", "waiting_list", "staggered"),
            )
        },
    }
)
HEADINGS: Final = MappingProxyType(
    {key: read_allowed(spec) for key, spec in _SPECS.items()}
    | dict.fromkeys((AS_REPORTED, WITH_EVERY_FORM), read_allowed(_ANY))
)
LABELLED: Final = MappingProxyType({kind: read_allowed(spec) for kind, spec in _LABELLED.items()})
