"""What is said of the plan: whether it was locked, when, and what was changed afterwards."""

from __future__ import annotations

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.facts import Deviation, StudyFacts
from impact_eval.wording.strings import DEFAULT, has_text, sentence, text

_KEYS_OF_A_TEST = ("correct", "instructed")


def plan_note(released: Released, *, language: str = DEFAULT) -> Markup:
    """Say whether the plan was locked, whether that was in time, and whether it was kept.

    Parameters
    ----------
    released
        Its facts hold the lock; its findings whether answers are older than that.
    language
        ISO 639-1 code.

    Returns
    -------
    Markup
        One to three sentences.
    """
    facts = released.facts
    lock = facts.lock
    if lock is None:
        said = [sentence("plan.unlocked", {"date": facts.plan_declared_on}, language=language)]
    else:
        dates: dict[str, object] = {"date": lock.first_on}
        if lock.last_on != lock.first_on or any(one.locked_again for one in lock.deviations):
            key, dates["again"] = "amended", lock.last_on
        else:
            key = "locked"
        said = [sentence(f"plan.{key}", dates, language=language)]
        changed = any(not one.locked_again for one in lock.deviations)
        said.append(sentence(f"plan.{'changed' if changed else 'kept'}", {}, language=language))
    late, phases = _came_late(released)
    if late and phases:
        said.append(sentence("plan.late_in", {"phases": ", ".join(phases)}, language=language))
    elif late:
        said.append(sentence("plan.late", {}, language=language))
    return Markup(" ").join(said)


def deviation_words(
    facts: StudyFacts, deviation: Deviation, *, with_keys: bool = False, language: str = DEFAULT
) -> tuple[str, str, str]:
    """Say what was changed, how it was declared then, and how it is now; the caller escapes it.

    Parameters
    ----------
    facts
        For the labels of audiences and outcomes.
    deviation
        One change.
    with_keys
        Whether the right answers to a test may be named; on pages they are not.
    language
        ISO 639-1 code.

    Examples
    --------
    >>> from impact_eval.wording.plan import value_words
    >>> value_words((0.2, 0.5)), value_words((("pre", "post"),)), value_words(None)
    ('0.2, 0.5', 'pre to post', 'not declared')
    """
    what = _what(facts, deviation.key, language)
    hidden = any(part in _KEYS_OF_A_TEST for part in deviation.key.split("."))
    if hidden and not with_keys:
        then = _hidden(deviation.then, "key", language)
        now = _hidden(deviation.now, "other_key" if deviation.then else "key", language)
        return what, then, now
    then, now = (value_words(one, language=language) for one in (deviation.then, deviation.now))
    return what, then, now


def value_words(value: object, *, language: str = DEFAULT) -> str:
    """Say a declared value: pairs as "a to b", lists with commas, nothing as not declared."""
    if value is None:
        return text("plan.not_declared", language=language)
    if isinstance(value, bool):
        return text("plan.yes" if value else "plan.no", language=language)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        pairs = [
            text("plan.pair", language=language, first=one[0], later=one[1])
            if isinstance(one, tuple)
            else value_words(one, language=language)
            for one in value
        ]
        return ", ".join(pairs) or text("plan.not_declared", language=language)
    return str(value)


def _what(facts: StudyFacts, key: str, language: str) -> str:
    """Name a key: whom it is about, and what of them."""
    section, _, rest = key.partition(".")
    if section == "outcomes":
        audience, outcome, field = rest.split(".", maxsplit=2)
        known = facts.outcomes.get((audience, outcome))
        who = facts.audiences.get(audience, audience)
        about = text("plan.of", language=language, who=who, what=known.label if known else outcome)
        if field.startswith("items."):
            item, _, field = field.removeprefix("items.").rpartition(".")
            about = text("plan.item", language=language, about=about, item=item)
        return text("plan.of", language=language, who=about, what=_field(field, language))
    if section == "families":
        family, field = rest.split(".", maxsplit=1)
        about = text("plan.family", language=language, family=family)
        field, _, audience = field.partition(".")
        what = _field(field, language)
        if audience:
            audience = facts.audiences.get(audience, audience)
            what = text("plan.outcomes_of", language=language, audience=audience)
        return text("plan.of", language=language, who=about, what=what)
    if section == "plan" or not rest:
        return _field(rest or section, language)
    first, _, field = rest.partition(".")
    who = facts.audiences.get(first) or facts.waves.get(first) or facts.phases.get(first) or first
    if section == "assignment":
        who = facts.schools.get(first, {}).get("name") or first
    what = _field(field, language) if field else _field(section, language)
    return text("plan.of", language=language, who=who, what=what)


def _field(name: str, language: str) -> str:
    """Return the words of a key of study.toml, or the key itself."""
    key = f"plan.fields.{name}"
    return text(key, language=language) if has_text(key, language=language) else _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ")


def _hidden(value: object, key: str, language: str) -> str:
    return text(f"plan.{'not_declared' if value is None else key}", language=language)


def _came_late(released: Released) -> tuple[bool, list[str]]:
    """Whether planned comparisons have answers older than the plan they are held against.

    Also which phases they are of, if others are not concerned.
    """
    frame, phases = released.frame, released.facts.phases
    planned = frame[frame["plan_status"].isin(["planned", "planned_late", "changed_since_lock"])]
    late = planned["cautions"].str.split(";").map(lambda ids: "plan_late" in ids).astype(bool)
    concerned = set(planned.loc[late, "phase"])
    if not concerned or concerned == set(planned["phase"]) or not concerned <= phases.keys():
        return bool(concerned), []
    return True, [label for phase, label in phases.items() if phase in concerned]
