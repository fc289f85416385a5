"""Rules between phases, waves, audiences, subgroups and reports."""

from __future__ import annotations

from impact_eval.study.csv_table import CsvTable, like_heading, suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.structure import Audience, Subgroup


def check_structure(draft: Draft, roster: CsvTable | None) -> None:
    """Note ids that stand twice, and names that nothing declares."""
    for section in (
        "phases",
        "waves",
        "arms",
        "audiences",
        "subgroups",
        "topics",
        "pairs",
        "exposures",
        "doses",
        "reports",
        "plan.families",
    ):
        _check_unique(draft, section)
    _check_programme(draft)
    _check_claimed(draft)
    for place, audience in draft.audiences:
        _check_audience(draft, place, audience, roster)
    for place, subgroup in draft.subgroups:
        if subgroup.roster_column is not None:
            _check_school_subgroup(draft, place, subgroup, subgroup.roster_column, roster)
    _check_pages_of_schools(draft)


def _check_unique(draft: Draft, section: str) -> None:
    seen: dict[str, int] = {}
    for number, one in enumerate(draft.entry_ids(section), start=1):
        if one is not None and one in seen:
            found = f'"{one}" as in {section}[{seen[one]}]'
            draft.fault(f"{section}[{number}].id", "must be unique", found, "Rename or remove one.")
        if one is not None:
            seen.setdefault(one, number)


def _check_pages_of_schools(draft: Draft) -> None:
    """Require a roster: without one a school is whatever somebody typed, and that is no heading."""
    for place, report in draft.reports:
        if report.for_each is not None and not draft.text("roster"):
            rule = "without a roster nobody says which schools there are to make pages of"
            remedy = "Add a roster, or remove for_each."
            draft.fault(f"{place}.for_each", rule, f'"{report.for_each}"', remedy)


def _check_programme(draft: Draft) -> None:
    programme, design = draft.text("programme").strip(), draft.text("design")
    if design == "no_programme" and programme:
        remedy = "Remove it, or correct the design."
        rule = "without a programme there is none to name"
        draft.fault("programme", rule, f'"{programme}"', remedy)
    if design and design != "no_programme" and not programme:
        remedy = 'Name it as it should read in a sentence: "the workshops of ...".'
        draft.fault("programme", "must be given", "", remedy)


def _check_claimed(draft: Draft) -> None:
    audiences = draft.ids("audiences")
    for place, phase in draft.phases:
        for audience in phase.claimed:
            if audience not in audiences:
                remedy = suggestion(audience, audiences)
                rule = "must be a declared audience"
                draft.fault(f"{place}.claimed.{audience}", rule, "", remedy)


def _check_links(draft: Draft, place: str, audience: Audience) -> None:
    """Keys of self-generated codes belong to them, and children are an audience with codes."""
    for key in ("link_tolerance", "link_missing"):
        if key in audience.model_fields_set and audience.link != "code":
            remedy = 'Remove it, or write link = "code".'
            draft.fault(f"{place}.{key}", "belongs to self-generated codes", "", remedy)
    if audience.link_missing == "differs" and audience.link_tolerance == 0:
        remedy = "Remove one of the two."
        draft.fault(f"{place}.link_missing", "needs link_tolerance = 1", '"differs"', remedy)
    if audience.child_audience is None:
        return
    coded = tuple(one.id for _, one in draft.audiences if one.link == "code")
    if audience.child_audience not in coded or audience.child_audience == audience.id:
        found, remedy = f'"{audience.child_audience}"', suggestion(audience.child_audience, coded)
        rule = "must be another audience with self-generated codes"
        draft.fault(f"{place}.child_audience", rule, found, remedy)


def _check_audience(draft: Draft, place: str, audience: Audience, roster: CsvTable | None) -> None:
    if draft.text("design") == "cross_sections" and audience.link != "none":
        remedy = 'Write link = "none", or correct the design.'
        rule = "cross-sections ask other people each time"
        draft.fault(f"{place}.link", rule, f'"{audience.link}"', remedy)
    _check_links(draft, place, audience)
    if audience.cluster == "school_id":
        return
    if audience.cluster_noun is None:
        remedy = 'Such as cluster_noun = ["trainer team", "trainer teams"].'
        draft.fault(f"{place}.cluster_noun", "a cluster has a name", "", remedy)
    if roster is None:
        if not draft.text("roster"):
            remedy = 'Add a roster with that column, or write cluster = "school_id".'
            rule = "without a roster only school_id can be the cluster"
            draft.fault(f"{place}.cluster", rule, f'"{audience.cluster}"', remedy)
    elif roster.header and audience.cluster not in roster.header:
        remedy = like_heading(audience.cluster, roster.header) or "Add the column."
        rule = "must be a column of the roster"
        draft.fault(f"{place}.cluster", rule, f'"{audience.cluster}"', remedy)
    elif roster.header:
        empty = [str(row) for row, cells in roster.rows if not cells[audience.cluster]]
        if empty:
            rows = ", ".join(empty[:10]) + (", ..." if len(empty) > 10 else "")
            rule = f"every school has its cluster ({audience.id})"
            found = f"empty cells in rows {rows}"
            roster.fault(f"column {audience.cluster}", rule, found, "Fill them in.")


def _check_school_subgroup(
    draft: Draft, place: str, subgroup: Subgroup, column: str, roster: CsvTable | None
) -> None:
    """Require a column of the roster, none in a survey file, and a school in each level."""
    for source_place, source in draft.sources:
        if subgroup.id in source.columns.subgroups:
            rule, remedy = "a subgroup of schools has no column in a survey file", "Remove one."
            draft.fault(f"{source_place}.columns.{subgroup.id}", rule, "", remedy)
    if roster is None or column not in roster.header:
        header = () if roster is None else tuple(roster.header)
        rule, remedy = "must be a column of the roster", like_heading(column, header)
        if header or not draft.text("roster"):
            draft.fault(f"{place}.roster_column", rule, f'"{column}"', remedy or "Add the column.")
        return
    reached = {subgroup.level_of(cells[column]) for _, cells in roster.rows}
    for level in subgroup.levels:
        if level not in reached:
            rule = "every level is the level of a school"
            remedy = "Write its id or its label into the roster, or remove it."
            draft.fault(f"{place}.levels.{level}", rule, "no school", remedy)
