"""What a page says once: that data are simulated, how sure it is, what is not shown."""

from __future__ import annotations

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.facts import StudyFacts
from impact_eval.wording.numbers import declared
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence


def banner(facts: StudyFacts, *, language: str = DEFAULT) -> Markup:
    """Say that the data are simulated; empty for real data."""
    if not facts.simulated:
        return Markup()
    return sentence("notes.simulated", {}, language=language)


def design_note(facts: StudyFacts, *, language: str = DEFAULT) -> Markup:
    """Say how sure the design lets anybody be, and what else can move a score."""
    key: str = "one_wave" if len(facts.waves) == 1 else facts.design
    if facts.by_lot and key in ("waiting_list", "staggered"):
        key = f"{key}_lot"
    values = {"randomised_by": facts.randomised_by}
    return fitting_sentence(f"designs.{key}", values, language=language)


def disclosure_notes(released: Released, *, language: str = DEFAULT) -> tuple[Markup, ...]:
    """Say once what is not shown: groups that are too small, and levels that are too fine."""
    facts = released.facts
    hidden = (released.frame["suppressed"] != "").any()
    values: dict[str, object] = {
        "threshold": declared("threshold", facts.threshold, language=language)
    }
    key = "suppressed" if hidden else "suppressed_none"
    notes = [sentence(f"notes.{key}", values, language=language)]
    for audience, level in facts.report_level.items():
        if level == "school":
            continue
        label = facts.audiences[audience]
        site, _ = facts.site_nouns[audience]
        said: dict[str, object] = {"audience": label[:1].upper() + label[1:], "site": site}
        notes.append(sentence(f"notes.report_level_{level}", said, language=language))
    return tuple(notes)
