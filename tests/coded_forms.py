"""Forms of a few people with codes, in a crowd that makes the codes credible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact_eval.study.structure import Audience
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking.link import Linked, link

KEY = b"key of the tests"
WAVES = ("pre", "post", "follow_up")
CROWD = "crowd"


@dataclass(frozen=True)
class CodedStudy:
    """What `link` asks of a study."""

    audiences: tuple[Audience, ...]
    wave_ids: tuple[str, ...] = WAVES


def audience(name: str = "student", *, tolerance: int = 1, missing: str = "unlinked") -> Audience:
    return Audience.model_validate(
        {
            "id": name,
            "label": name,
            "link": "code",
            "report_level": "school",
            "link_tolerance": tolerance,
            "link_missing": missing,
        }
    )


STUDY = CodedStudy((audience(), audience("teacher")))


def coded(*rows: tuple[str, str], school: str = "north", who: str = "student") -> pd.DataFrame:
    """Forms from (wave, code); elements are split by spaces, `-` is a missing one."""
    forms = pd.DataFrame(rows, columns=["wave", "typed"])
    elements = forms["typed"].str.replace("-", "").str.split(" ").str.join(JOIN)
    whole = ~forms["typed"].str.contains("-")
    return forms.assign(
        elements=elements, code=elements.where(whole, ""), school_id=school, audience=who, sex=""
    )


def crowd(length: int, *, people: int = 60, who: str = "student") -> pd.DataFrame:
    """People of another school, one form each, whose elements agree with nobody's."""
    codes = [" ".join(f"{CROWD}{one}x{k}" for k in range(length)) for one in range(people)]
    return coded(*(("pre", code) for code in codes), school=CROWD, who=who)


def linked(*parts: pd.DataFrame, study: CodedStudy = STUDY, with_crowd: bool = True) -> Linked:
    """Link forms; the first ones are those given, in their order."""
    forms = pd.concat(parts, ignore_index=True)
    lengths = forms[["audience", "elements"]].drop_duplicates("audience")
    others = [
        crowd(code.count(JOIN) + 1, who=who)
        for who, code in zip(lengths["audience"], lengths["elements"], strict=True)
    ]
    forms = pd.concat([forms, *(others if with_crowd else [])], ignore_index=True)
    forms["submission_id"] = np.arange(len(forms))
    return link(forms, forms[["sex"]], study, key=KEY)


def persons(found: Linked, count: int) -> list[int]:
    """Number of the person of each of the first forms, in order of appearance; -1 for nobody."""
    ids = found.links["respondent_id"].iloc[:count]
    numbers = {one: k for k, one in enumerate(dict.fromkeys(ids[ids != ""]))}
    return [numbers.get(one, -1) for one in ids]


def methods(found: Linked, count: int) -> list[str]:
    return found.links["method"].iloc[:count].tolist()
