"""Rules of the sources: what each layout needs, and the names that they use."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import PurePosixPath

from impact_eval.study.check_source_files import check_source_files
from impact_eval.study.consent import Consent
from impact_eval.study.csv_table import CsvTable, suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.source import COLUMN_KEYS, ColumnRule, Source


def check_sources(draft: Draft, roster: CsvTable | None, items: ItemTables | None) -> None:
    """Note names that nothing declares, and keys that a layout needs or cannot have."""
    for place, source in draft.sources:
        _check_file(draft, place, source)
        _check_names(draft, place, source)
        _check_layout(draft, place, source)
        check_source_files(draft, place, source, roster, items)
        _check_people(draft, place, source)
        _check_children(draft, place, source)
        _check_consent(draft, place, source)
        _check_phase(draft, place, source, roster)
        _check_school(draft, place, source, roster)
        _check_items(draft, place, source, items)
    _check_levels(draft)
    _check_audiences(draft)


def _check_file(draft: Draft, place: str, source: Source) -> None:
    path = PurePosixPath(source.file)
    if path.is_absolute() or ".." in path.parts or "\\" in source.file:
        rule = "must lie in the study's raw folder"
        remedy = f"Put the file in data/raw/{draft.text('id')} and write its name."
        draft.fault(f"{place}.file", rule, f'"{source.file}"', remedy)
    if source.encoding is not None:
        try:
            codecs.lookup(source.encoding)
        except LookupError:
            remedy = "Such as utf-8, utf-16, cp1252; or remove it: it is then found out."
            rule = "must be a known encoding"
            draft.fault(f"{place}.encoding", rule, f'"{source.encoding}"', remedy)


def _check_names(draft: Draft, place: str, source: Source) -> None:
    """Ids that a source uses are declared."""
    waves, subgroups = draft.ids("waves"), draft.ids("subgroups")
    _declared(draft, f"{place}.wave", _ids(source.wave), waves, "wave")
    _declared(draft, f"{place}.phase", _ids(source.phase), draft.ids("phases"), "phase")
    _declared(draft, f"{place}.audience", _ids(source.audience), draft.ids("audiences"), "audience")
    _declared(draft, f"{place}.wave_columns", source.wave_columns, waves, "wave")
    for key in ("answered_on", "consent", "form_id"):
        by_wave = getattr(source.columns, key)
        if isinstance(by_wave, dict):
            _declared(draft, f"{place}.columns.{key}", by_wave, waves, "wave")
    for key in source.columns.subgroups:
        if key not in subgroups:
            rule = "must be a known column or a declared subgroup"
            remedy = suggestion(key, (*COLUMN_KEYS, *subgroups))
            draft.fault(f"{place}.columns.{key}", rule, "", remedy)
    for key in source.values:
        if key not in source.columns.subgroups:
            rule = "values belong to a subgroup that has a column"
            remedy = suggestion(key, tuple(source.columns.subgroups))
            draft.fault(f"{place}.values.{key}", rule, "", remedy)


def _ids(rule: str | ColumnRule | None) -> tuple[str, ...]:
    if isinstance(rule, ColumnRule):
        return tuple(dict.fromkeys(rule.values.values()))
    return () if rule is None else (rule,)


def _declared(
    draft: Draft, place: str, used: Iterable[str], known: tuple[str, ...], noun: str
) -> None:
    for name in used:
        if name not in known:
            rule = f"must be a declared {noun}"
            draft.fault(place, rule, f'"{name}"', suggestion(name, known))


def _check_layout(draft: Draft, place: str, source: Source) -> None:
    """Wide rows hold several waves in columns of their own; other rows belong to one wave."""
    if source.wave_columns and source.layout in ("kobo", "odk", "google_forms", "long"):
        rule = "belongs to the wide layout"
        draft.fault(f"{place}.wave_columns", rule, "", 'Remove it, or write layout = "wide".')
    elif source.is_wide:
        _check_wide(draft, place, source)
        return
    by_sheet = source.sheets and all(sheet.wave for sheet in source.sheets.values())
    if source.wave is None and not by_sheet:
        rule = "must be given"
        remedy = 'A wave\'s id, or { column = "...", values = { ... } }.'
        draft.fault(f"{place}.wave", rule, "", remedy)


def _check_wide(draft: Draft, place: str, source: Source) -> None:
    if not source.wave_columns:
        rule = "a wide source names the columns of each wave"
        remedy = 'Such as wave_columns = { pre = "Pre.{item}", post = "Post.{item}" }.'
        draft.fault(f"{place}.wave_columns", rule, "", remedy)
    if source.wave is not None:
        rule = "a wide row holds several waves"
        draft.fault(f"{place}.wave", rule, "", "Remove it; wave_columns says which.")
    for wave, template in source.wave_columns.items():
        if isinstance(template, str) and "{item}" not in template:
            where, rule = f"{place}.wave_columns.{wave}", "must hold {item}"
            remedy = "{item} stands for the item's id."
            draft.fault(where, rule, f'"{template}"', remedy)


def _check_people(draft: Draft, place: str, source: Source) -> None:
    """Audiences that are linked need the column that links them."""
    links = {audience.id: audience.link for _, audience in draft.audiences}
    if isinstance(source.audience, str):
        used = {links.get(source.audience)}
    else:
        used = {links.get(one) for one in _ids(source.audience) or links}
    if "code" in used and not source.columns.code:
        rule = 'link = "code" needs the columns of the code'
        remedy = 'Such as code = ["code_1", "code_2"]; or write link = "none".'
        draft.fault(f"{place}.columns.code", rule, "", remedy)
    if "roster_id" in used and not source.columns.respondent and not source.is_wide:
        rule = 'link = "roster_id" needs the column of the respondent\'s number'
        remedy = 'Such as respondent = "student_number"; or write link = "none".'
        draft.fault(f"{place}.columns.respondent", rule, "", remedy)
    if source.respondent_prefixes and not source.columns.respondent:
        remedy = "Add columns.respondent, or remove respondent_prefixes."
        draft.fault(f"{place}.respondent_prefixes", "needs the respondent's number", "", remedy)
    for key, link in (("code", "code"), ("respondent", "roster_id")):
        if getattr(source.columns, key) and link not in used and used != {None}:
            rule = f'belongs to an audience with link = "{link}"'
            remedy = "Remove it, or correct the audience's link."
            draft.fault(f"{place}.columns.{key}", rule, "", remedy)


def _check_children(draft: Draft, place: str, source: Source) -> None:
    """Note a child's code that no audience uses, or that is not as long as the child's own."""
    children = {one.id: one.child_audience for _, one in draft.audiences if one.child_audience}
    audiences = {source.audience} if isinstance(source.audience, str) else {*_ids(source.audience)}
    named = {children[one] for one in audiences if one in children}
    where = f"{place}.columns.child_code"
    if not source.columns.child_code:
        return
    if not named and audiences & set(draft.ids("audiences")):
        remedy = 'Such as child_audience = "student" in that audience; or remove child_code.'
        draft.fault(where, "belongs to an audience with child_audience", "", remedy)
    for _, other in draft.sources:
        count = len(other.columns.code)
        if other.audience in named and count and count != len(source.columns.child_code):
            found = f"{len(source.columns.child_code)} columns for {count} elements"
            remedy = "Name the columns in the order of the child's code."
            draft.fault(where, "a child's code has the elements of the child's own", found, remedy)
            return


def _check_consent(draft: Draft, place: str, source: Source) -> None:
    if source.columns.consent is not None and not source.consent_values:
        remedy = 'Such as consent_values = ["yes"].'
        draft.fault(f"{place}.consent_values", "says which answers are consent", "", remedy)
    if source.columns.consent is None and source.consent_values:
        remedy = "Add columns.consent, or remove consent_values."
        draft.fault(f"{place}.consent_values", "needs the column of the consent", "", remedy)

    if source.columns.consent is not None and source.consents:
        remedy = "Make it another entry of consents."
        draft.fault(f"{place}.columns.consent", "either this or consents", "both", remedy)
    seen: set[str] = set()
    for number, rule in enumerate(source.consents, start=1):
        if rule.id in seen:
            where = f"{place}.consents[{number}].purpose"
            remedy = "Give it a purpose of its own, or merge the two."
            draft.fault(where, "who, when and purpose tell the rules apart", rule.id, remedy)
        seen.add(rule.id)
        _check_covers(draft, f"{place}.consents[{number}]", rule)


def _check_covers(draft: Draft, place: str, rule: Consent) -> None:
    """Require that what a consent covers is named once, and a later refusal is of everything."""
    if len(set(rule.covers)) < len(rule.covers) or (rule.of_form and len(rule.covers) > 1):
        found, remedy = ", ".join(rule.covers), '"survey" alone is everything; else name each once.'
        draft.fault(f"{place}.covers", "names what a consent is for", found, remedy)
    if rule.withdraws and not rule.of_form:
        rule_broken, found = "withdraws takes out whole forms", f"covers {', '.join(rule.covers)}"
        remedy = "Remove withdraws, or covers."
        draft.fault(f"{place}.withdraws", rule_broken, found, remedy)


def _check_phase(draft: Draft, place: str, source: Source, roster: CsvTable | None) -> None:
    """With several phases, the roster or the source says which a row belongs to; not both."""
    if roster is not None and not roster.rows:
        return
    in_roster = roster is not None and any(roster.column("phase"))
    if source.phase is not None and in_roster:
        rule = "a phase is stated once"
        remedy = "Remove it here: the roster's column phase says it."
        draft.fault(f"{place}.phase", rule, "here and in the roster", remedy)
    if source.phase is None and not in_roster and len(draft.ids("phases")) > 1:
        rule = "must be given where the roster has no phases"
        remedy = 'A phase\'s id, or { column = "..." }; or a column phase in the roster.'
        draft.fault(f"{place}.phase", rule, "", remedy)


def _check_school(draft: Draft, place: str, source: Source, roster: CsvTable | None) -> None:
    by_sheet = bool(source.sheets) and all(sheet.school for sheet in source.sheets.values())
    given = [source.school is not None, source.columns.school is not None, by_sheet]
    if sum(given) != 1:
        found = "neither" if not any(given) else "both"
        rule = "either school (all rows) or columns.school (a column)"
        draft.fault(f"{place}.columns.school", rule, found, "Keep one of the two.")
    elif source.school is not None and roster is not None and roster.header:
        _declared(
            draft, f"{place}.school", [source.school], tuple(roster.column("school_id")), "school"
        )


def _check_items(draft: Draft, place: str, source: Source, items: ItemTables | None) -> None:
    """Items whose columns a source names are declared, or are ready-made outcomes."""
    known = set(items.column("item_id")) if items else set()
    known |= {outcome.id for _, outcome in draft.outcomes if outcome.kind == "ready_made"}
    named = [("item_columns", item) for item in source.item_columns]
    for wave, template in source.wave_columns.items():
        if isinstance(template, dict):
            named += [(f"wave_columns.{wave}", item) for item in template]
    for key, item in named:
        if item not in known and (items is None or items.sound):
            rule = "must be an item of the codebook or of a form, or a ready-made outcome"
            draft.fault(f"{place}.{key}.{item}", rule, "", suggestion(item, sorted(known)))


def _check_levels(draft: Draft) -> None:
    """Values of a subgroup lead to its levels, and every level is reached by some source."""
    for group_place, subgroup in draft.subgroups:
        reached: set[str] = set()
        used = False
        for place, source in draft.sources:
            if subgroup.id not in source.columns.subgroups:
                continue
            used = True
            values = source.values.get(subgroup.id)
            reached |= set(values.values()) if values else set(subgroup.levels)
            where, levels = f"{place}.values.{subgroup.id}", tuple(subgroup.levels)
            _declared(draft, where, (values or {}).values(), levels, f"level of {subgroup.id}")
        for level in subgroup.levels:
            if level not in reached and used:
                rule = "every level is the meaning of a value"
                remedy = f"Add a value for it to sources[..].values.{subgroup.id}, or remove it."
                draft.fault(f"{group_place}.levels.{level}", rule, "no value for it", remedy)


def _check_audiences(draft: Draft) -> None:
    """Every audience has a source."""
    if len(draft.sources) < draft.count("sources"):
        return
    used: set[str] = set()
    for _, source in draft.sources:
        column = isinstance(source.audience, ColumnRule) and not source.audience.values
        used |= set(draft.ids("audiences") if column else _ids(source.audience))
    for place, audience in draft.audiences:
        if audience.id not in used:
            remedy = "Add a source for it, or remove the audience."
            draft.fault(f"{place}.id", "every audience has a source", f'"{audience.id}"', remedy)
