"""Which groups of people a finding speaks of, and how many people it says are in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.in_address import (
    cells_in,
    parts_in,
    sides_in,
    subgroup_in,
    subgroups_in,
)
from impact_eval.disclosure.kinds import (
    ABOUT_A_CHANGE,
    BETWEEN_SCHOOLS,
    COUNTED,
    ENDS,
    IN_EVERY_WAVE,
    IN_ONE_WAVE,
    LOOKING_BACK,
    NO_ANSWER,
    OF_EXPOSURE,
    OF_PAIRS,
    OF_TOPICS,
    OF_TWO_GROUPS,
    SHARE_CHANGES,
    WITHOUT_PEOPLE,
    Kind,
)
from impact_eval.disclosure.rests_on import is_of_linked, is_share, tells_of_loss
from impact_eval.facts import StudyFacts


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Group:
    """A group of people that is shown everywhere or nowhere; fields as in `ADDRESS`.

    `kind` says what of them is counted: all who were surveyed in `wave_from` (people), those known
    in both waves (linked), how many of the earlier wave are known in both or lost (unlinked), who
    looked back at an earlier time (looking_back, with that wave as its mark), how many reached a
    mark (share). `mark` tells the ends of a score's range from the mark that the
    plan set, one flag of forms from another, and kinds of missing answers from an item's share.
    """

    kind: Kind
    audience: str
    phase: str
    level: str
    unit_id: str
    subgroup: str = ""
    wave_from: str = ""
    wave_to: str = ""
    outcome: str = ""
    item_id: str = ""
    mark: str = ""


def groups_of(finding: Finding, facts: StudyFacts) -> tuple[Group, ...]:
    """List the groups without which a finding cannot be shown."""
    quantity = finding.quantity
    if quantity in WITHOUT_PEOPLE:
        return ()
    if quantity in COUNTED:
        return (_counted(finding),)
    if quantity in OF_PAIRS:
        return tuple(_of_pairs(finding, facts))
    groups = _looking_back(finding) if quantity in LOOKING_BACK else []
    for phase in parts_in(finding.contrast, list(facts.phases)) or (finding.phase,):
        cells = cells_in(finding, facts)
        named = cells or sides_in(finding, facts) or subgroups_in(finding.subgroup, facts)
        for subgroup in named or (subgroup_in(finding),):
            for wave in _waves(finding, facts):
                groups.append(_people(finding, phase, subgroup, wave))
                if is_share(finding) or quantity in SHARE_CHANGES:
                    own = subgroup if finding.contrast else finding.subgroup
                    groups.append(replace(_share(finding, wave), subgroup=own))
                groups.extend(_items_of_topic(finding, facts, wave))
            if is_of_linked(finding):
                groups.append(_pair(finding, "linked", phase, subgroup))
            if quantity in ("linked_unlinked_difference", "attrition_difference") or tells_of_loss(
                finding
            ):
                groups.append(_pair(finding, "unlinked", phase, subgroup))
    return tuple(groups)


def _items_of_topic(finding: Finding, facts: StudyFacts, wave: str) -> Iterator[Group]:
    """Yield the shares of a quiz's items that a topic of it, or a test of all, gives back."""
    if finding.quantity not in OF_TOPICS:
        return
    if facts.outcome(finding.audience, finding.outcome).kind == "index":
        for (*of, topic), items in facts.topic_items.items():
            if of == [finding.audience, finding.outcome] and finding.variant in ("", topic):
                yield from (replace(_share(finding, wave), item_id=item) for item in items)


def counts_of(finding: Finding) -> Iterator[tuple[Group, str, tuple[float, ...]]]:
    """Yield the counts that a finding prints: group, column, and the count in its parts."""
    quantity = finding.quantity
    if quantity in WITHOUT_PEOPLE or quantity in BETWEEN_SCHOOLS or finding.contrast:
        return
    if quantity in OF_TWO_GROUPS | OF_EXPOSURE | ABOUT_A_CHANGE:
        return
    if quantity in OF_PAIRS:
        yield from _counts_of_pairs(finding)
        return
    if quantity in LOOKING_BACK:
        yield from _counts_looking_back(finding)
    elif quantity in COUNTED:
        yield _counted(finding), "estimate", (finding.estimate,)
    elif quantity in IN_ONE_WAVE:
        people = _people(finding, finding.phase, finding.subgroup, finding.wave_from)
        size = finding.estimate if quantity == "surveyed" else finding.n
        yield people, "n", (size,)
        if is_share(finding) and finding.known:
            yield _share(finding, finding.wave_from), "share", share_counts(finding)
    else:
        yield from _counts_of_pair(finding)
        if is_share(finding) and finding.known:
            yield _share(finding, finding.wave_to), "share", share_counts(finding)


def share_counts(finding: Finding) -> tuple[float, float]:
    """Count how many of a share's people reached the mark, and how many did not."""
    reached = float(round(finding.estimate * finding.n / 100))
    return reached, finding.n - reached


def unlinked_group(finding: Finding) -> Group:
    """Return the group whose hiding takes the number of linked people off a finding."""
    return _pair(finding, "unlinked", finding.phase, finding.subgroup)


def _counts_of_pair(finding: Finding) -> Iterator[tuple[Group, str, tuple[float, ...]]]:
    """Yield the counts of a finding about two waves."""
    pre, post, linked = finding.n_pre, finding.n_post, finding.n_linked
    at = (finding.phase, finding.subgroup)
    for column, size, wave in (
        ("n_pre", pre, finding.wave_from),
        ("n_post", post, finding.wave_to),
    ):
        if isfinite(size):
            yield _people(finding, *at, wave), column, (size,)
    if is_of_linked(finding):
        size = linked if isfinite(linked) else finding.n
        yield _pair(finding, "linked", *at), "n_linked", (size,)
    if isfinite(linked):
        others = (max(pre - linked, 0.0),) if isfinite(pre) else ()
        yield unlinked_group(finding), "n_linked", (linked, *others)


def _counts_looking_back(finding: Finding) -> Iterator[tuple[Group, str, tuple[float, ...]]]:
    """Yield how many looked back, how many had been asked at the time, and how many are both."""
    who = finding.n if finding.quantity == "mean_looking_back" else finding.n_post
    own = _looking_back(finding)
    yield own[0], "n_post", (who,)
    if finding.quantity == "response_shift":
        people = _people(finding, finding.phase, finding.subgroup, finding.wave_from)
        yield people, "n_pre", (finding.n_pre,)
    for linked in own[1:]:
        yield linked, "n_linked", (finding.n_linked,)


def _looking_back(finding: Finding) -> list[Group]:
    """List who looked back, and of a number of linked people those who are linked among them."""
    at = (finding.phase, finding.subgroup)
    own = [replace(_people(finding, *at, finding.wave_to), kind="looking_back")]
    if is_of_linked(finding):
        own.append(_pair(finding, "linked", *at))
    return [replace(group, mark=finding.variant) for group in own]


def _of_pairs(finding: Finding, facts: StudyFacts) -> Iterator[Group]:
    """List the groups of a number of pairs: the pairs, and the people of both audiences."""
    pair = facts.pairs.get(finding.variant)
    for wave in _waves(finding, facts):
        for subgroup in sides_in(finding, facts) or (finding.subgroup,):
            people = _people(finding, finding.phase, subgroup, wave)
            yield replace(people, kind="dyads", mark=finding.variant)
            yield people
            if pair is not None:
                yield replace(people, audience=pair.child_audience)
        if finding.quantity == "pair_agreement":
            yield _share(finding, wave)


def _counts_of_pairs(finding: Finding) -> Iterator[tuple[Group, str, tuple[float, ...]]]:
    """Yield how many pairs a finding says there are, and how many of them gave one answer."""
    if finding.wave_from != finding.wave_to:
        yield _dyads(finding, finding.wave_from), "n_pre", (finding.n_pre,)
        yield _dyads(finding, finding.wave_to), "n_post", (finding.n_post,)
        return
    yield _dyads(finding, finding.wave_from), "n", (finding.n,)
    if finding.quantity == "pair_agreement" and finding.known:
        yield _share(finding, finding.wave_from), "share", share_counts(finding)


def _dyads(finding: Finding, wave: str) -> Group:
    people = _people(finding, finding.phase, finding.subgroup, wave)
    return replace(people, kind="dyads", mark=finding.variant)


def _waves(finding: Finding, facts: StudyFacts) -> tuple[str, ...]:
    """List the waves whose respondents a finding speaks of."""
    if facts.cohorts and finding.quantity in IN_EVERY_WAVE:
        waves = list(facts.waves)
        return tuple(waves[waves.index(finding.wave_from) : waves.index(finding.wave_to) + 1])
    if finding.quantity == "retention":
        return finding.wave_from, finding.variant, finding.wave_to
    if finding.quantity in IN_ONE_WAVE or finding.wave_from == finding.wave_to:
        return (finding.wave_from,)
    return finding.wave_from, finding.wave_to


def _people(finding: Finding, phase: str, subgroup: str, wave: str) -> Group:
    return Group(
        kind="people",
        audience=finding.audience,
        phase=phase,
        level=finding.level,
        unit_id=finding.unit_id,
        subgroup=subgroup,
        wave_from=wave,
    )


def _pair(finding: Finding, kind: Kind, phase: str, subgroup: str) -> Group:
    return Group(
        kind=kind,
        audience=finding.audience,
        phase=phase,
        level=finding.level,
        unit_id=finding.unit_id,
        subgroup=subgroup,
        wave_from=finding.wave_from,
        wave_to=finding.wave_to,
    )


def _share(finding: Finding, wave: str) -> Group:
    return Group(
        kind="share",
        audience=finding.audience,
        phase=finding.phase,
        level=finding.level,
        unit_id=finding.unit_id,
        subgroup=finding.subgroup,
        wave_from=wave,
        outcome=finding.outcome,
        item_id=finding.item_id,
        mark=_mark(finding),
    )


def _mark(finding: Finding) -> str:
    if finding.quantity in ("flagged", "pair_agreement"):
        return finding.variant
    own = ENDS | NO_ANSWER | {"risen_share"}
    return finding.quantity if finding.quantity in own else ""


def _counted(finding: Finding) -> Group:
    return Group(
        kind=COUNTED[finding.quantity],
        audience=finding.audience,
        phase=finding.phase,
        level=finding.level,
        unit_id=finding.unit_id,
        subgroup=finding.subgroup,
        wave_from=finding.wave_from,
        wave_to=finding.wave_to,
        mark=finding.variant,
    )
