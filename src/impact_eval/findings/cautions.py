"""The cautions that a finding can carry; `wording` has the sentence of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CAUTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # few clusters
        "refused_few_clusters": "2 or 3 clusters: nothing is said of schools like these",
        "few_clusters": "4 to 7 clusters: degrees of freedom and smallest possible p are shown",
        "few_schools": "fewer than 4 schools: what else happened in them does not average out",
        "low_df": "fewer than 4 degrees of freedom: the interval is not reliable",
        "no_interval_few_clusters": "a mean of fewer than 4 clusters has no interval",
        # why there is no verdict, or a cautious one
        "neutral": "neither a rise nor a fall is hoped for, so there is no verdict",
        "no_smallest_effect": "the plan names no smallest change that matters",
        "no_secular": "the plan names no change to expect without a programme",
        "no_programme": "no programme took place",
        "linked_disagrees": "linked people alone differ by over half the smallest change",
        "no_linked_check": "nobody could be linked, so leavers may explain part of the change",
        # what the comparison is made of
        "same_day": "surveyed on the day of the programme",
        "over_aligned": "the questions ask what the programme teaches",
        "other_respondents": "other people answered in the later round",
        "schools_left_out": "schools seen in one wave only are in no change",
        "places_in_several_rounds": "places of one round with forms of another: a wrong entry",
        "workshops_partly_known": "some forms name no workshop",
        "ceiling": "at least a fifth stand at the top of the scale",
        "floor": "at least a fifth stand at the bottom of the scale",
        "gap_at_ceiling": "a gap got narrower, and the group ahead has over 15 % at the top",
        "gap_at_floor": "a gap got narrower, and the group behind has over 15 % at the bottom",
        "reversed_item": "a reversed item: the share of answers in the hoped-for direction",
        "alpha_low": "even the upper limit of alpha is under 0.6: read the items, not the scale",
        "item_total_low": "an item of a scale that goes with the others by less than 0.3",
        "discrimination_low": "an item of an index on which the best do hardly better",
        "near_ceiling": "more than 15 % stand at the top of the scale",
        "near_floor": "more than 15 % stand at the bottom of the scale",
        "dif_negligible": "answered alike in both waves by people with the same total",
        "dif_moderate": "answered somewhat otherwise by people with the same total",
        "dif_large": "answered clearly otherwise by people with the same total",
        "exclusions_matter": "flagged or left-out forms move it by over half the smallest change",
        "limits_of_few": "limits of rearranged clusters that may be one cluster's of few people",
        "singular_fit": "a mixed model of which a spread is zero or a correlation complete",
        "more_df_than_clusters": "a mixed model that takes clusters' changes as hardly differing",
        # two phases
        "phases_alike": "two phases' changes differ by less than the smallest that matters",
        "phases_apart": "two phases' changes differ, by the interval",
        "phases_open": "the data cannot tell whether two phases' changes differ",
        # two sides
        "few_clusters_in_arms": "up to 7 clusters on both sides together: few degrees of freedom",
        "baseline_alike": "the sides differed before by at most 0.05 standard deviations",
        "baseline_alike_if_adjusted": "by at most 0.25, which the estimate allows for",
        "baseline_not_alike": "by more than 0.25 standard deviations",
        "baseline_unknown": "nobody can say how the sides differed before",
        "groups_not_comparable": "the sides differed too much before, or nobody knows by how much",
        "estimates_disagree": "the estimate beside differs by over half the smallest effect",
        "linked_gains_disagree": "linked people's gains differ by over half the smallest effect",
        "attrition_low": "schools and people of both sides stayed, by the WWC's cautious boundary",
        "attrition_high": "too many were lost, or too many more on one side",
        "attrition_unknown": "nobody can say how many people each side lost",
        "arms_by_phase": "no phase has both sides, so the phase and the programme are one",
        "trends_apart": "the groups moved apart before the workshops, by the joint test",
        "trends_unknown": "nobody can see whether the groups moved alike before the workshops",
        # the plan
        "plan_late": "the plan was declared after answers of the later wave existed",
        "plan_dates_missing": "forms of the later wave carry no date to compare the plan with",
        "changed_since_lock": "it, or what it rests on, is not as the plan was locked",
        # who was not seen again
        "verdict_stands": "the verdict would be the same by this estimate",
        "verdict_would_differ": "the verdict would be another by this estimate",
        # what would change it
        "rests_on_one_school": "without one of the schools the interval would read otherwise",
        # schools
        "these_respondents_only": "about those who answered, not about the school's teaching",
        "no_workshops": "no workshops are known, so the interval may be too narrow",
        "schools_share_delivery": "schools share trainers, which these intervals leave out",
        "range_of_changes": "a range of changes, other influences included; not of benefits",
        "same_kind": "compared with schools of the same kind only",
        "other_kinds": "too few schools of the same kind: compared with all",
    }
)
