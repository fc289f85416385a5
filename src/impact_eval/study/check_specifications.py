"""Rules of the other ways of computing that a plan declares."""

from __future__ import annotations

from impact_eval.study.draft import Draft
from impact_eval.study.plan import Plan, Specifications

PLACE = "plan.specifications"
OF_LINKED = ("adjusted_gain", "weighted", "imputed")


def check_specifications(draft: Draft, plan: Plan) -> None:
    """Note alternatives that the study's data cannot give, and those named twice."""
    declared = plan.specifications
    if declared is None:
        return
    named = {name: getattr(declared, name) for name in Specifications.model_fields}
    if not any(named.values()):
        remedy = 'Such as weights = ["school"], or remove the section.'
        draft.fault(PLACE, "names at least one alternative", "none", remedy)
    for name, alternatives in named.items():
        for one in sorted({one for one in alternatives if alternatives.count(one) > 1}):
            rule = "names an alternative once"
            draft.fault(f"{PLACE}.{name}", rule, f'"{one}" again', "Remove one.")
    _check_needs(draft, plan, declared)


def _check_needs(draft: Draft, plan: Plan, declared: Specifications) -> None:
    if plan.weights in declared.weights:
        rule, remedy = (
            "names weights other than the plan's own",
            "Remove it: it is always computed.",
        )
        draft.fault(f"{PLACE}.weights", rule, f'"{plan.weights}"', remedy)
    if "beneficiary" in declared.weights and not draft.text("attendance"):
        rule, remedy = (
            "weights by beneficiaries need the attendance file",
            "Declare it, or remove it.",
        )
        draft.fault(f"{PLACE}.weights", rule, "no attendance", remedy)
    if "none" in declared.exclusions and not plan.exclude:
        rule, remedy = "needs a plan that leaves forms out", "Remove it, or declare plan.exclude."
        draft.fault(f"{PLACE}.exclusions", rule, '"none" without exclude', remedy)
    audiences = draft.audiences
    if declared.sample and audiences and all(one.link == "none" for _, one in audiences):
        rule, remedy = "needs an audience that is linked", "Remove it."
        draft.fault(f"{PLACE}.sample", rule, 'link = "none" everywhere', remedy)
    if "adjusted_gain" in declared.sample and draft.count("arms"):
        rule = "adjusted_gain needs a single group"
        remedy = "Remove it: two sides are adjusted for earlier scores already."
        draft.fault(f"{PLACE}.sample", rule, "a design with arms", remedy)
    if declared.waiting and draft.text("design") != "staggered":
        rule = "needs schools that begin at different dates"
        draft.fault(f"{PLACE}.waiting", rule, "another design", 'Remove it; it is for "staggered".')
    if declared.cluster and draft.text("design") == "staggered":
        rule = "a staggered roll-out is judged by the clusters of its audiences alone"
        draft.fault(f"{PLACE}.cluster", rule, '"school"', "Remove it.")
    _check_estimators(draft, declared)
    coarser = any(one.cluster != "school_id" for _, one in audiences)
    if declared.cluster and coarser and draft.text("design") in ("randomised", "waiting_list"):
        rule = "what a lot drew as a whole is the cluster, and no school of it alone"
        if draft.text("randomised_by").strip():
            draft.fault(f"{PLACE}.cluster", rule, '"school"', "Remove it.")


def _check_estimators(draft: Draft, declared: Specifications) -> None:
    """Note estimators that the design cannot have, or has as its own."""
    design, by_lot = draft.text("design"), bool(draft.text("randomised_by").strip())
    chosen_sides = bool(draft.count("arms")) and not by_lot and design != "staggered"
    linked = any(one.link != "none" for _, one in draft.audiences)
    needs = {
        "mixed_model": (design != "cross_sections", "needs schools that were met in both surveys"),
        "ancova": (chosen_sides, "is beside the difference in differences of two sides"),
        "difference_in_differences": (by_lot, "is beside the analysis of covariance after a lot"),
        "adjusted_gain": (chosen_sides, "needs two sides that no lot drew; for one group: sample"),
    }
    for name in declared.estimators:
        able, rule = needs.get(name, (True, ""))
        if name in OF_LINKED and able:
            able, rule = linked and design != "cross_sections", "needs an audience that is linked"
        if design == "staggered":
            able, rule = False, "a staggered roll-out has waiting in its place"
        if not able:
            draft.fault(
                f"{PLACE}.estimators", f'"{name}" {rule}', f'design "{design}"', "Remove it."
            )
