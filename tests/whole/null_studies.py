"""A small study of each design, drawn with or without any effect, and with people who leave."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import roll_out_study
import two_sides

from impact_eval.study import Study
from impact_eval.study.locking.lock import make_lock, write_locks

BEFORE = dt.datetime(2024, 1, 20, tzinfo=dt.UTC)
SCHOOLS = (8, 8)
EFFECT = 2.5
SECULAR = 0.8
DECLARED = (
    "smallest_effect = 0.5\nsecular = [0.4, 1.2]\n"
    'secular_source = "groups without a programme, drawn for tests"'
)
MORE_PAGES = """
[[reports]]
id = "planning"
notebook = "planning"
title = "Planning the next phase"

[[reports]]
id = "school"
notebook = "school"
title = "Schools"
for_each = "school"
"""
_ARMS = re.compile(r"\[\[arms\]\].*?(?=\[\[phases\]\])", re.DOTALL)


@dataclass(frozen=True)
class Design:
    """A design as a study declares it, and the highest words that it may earn."""

    name: str
    design: str
    by_lot: bool = False
    paired: bool = False
    follow_up: bool = False
    waits: bool = False

    @property
    def alone(self) -> bool:
        """Whether nobody is without the programme."""
        return self.design in {"one_group", "cross_sections"}


DESIGNS = (
    Design("one group, followed up", "one_group", follow_up=True),
    Design("rounds", "cross_sections"),
    Design("comparison", "comparison", follow_up=True),
    Design("pairs by lot", "randomised", by_lot=True, paired=True),
    Design("waiting list", "waiting_list", by_lot=True, follow_up=True, waits=True),
    Design("staggered, by lot", "staggered", by_lot=True),
    Design("staggered, chosen", "staggered"),
)


def make_study(root: Path, design: Design, *, seed: int, effect: float, leavers: bool) -> Study:
    """Write a study of a design and its survey file, with its plan locked beforehand."""
    if design.design == "staggered":
        study, forms = _staggered(root, design, seed=seed, effect=effect)
    else:
        study, forms = _in_waves(root, design, seed=seed, effect=effect)
    if leavers:
        forms = without_leavers(forms, seed=seed)
    study.raw_folder.mkdir(parents=True, exist_ok=True)
    forms.to_csv(study.raw_folder / "simulated_student.csv", index=False)
    lock = make_lock(study.plan_content, now=BEFORE)
    write_locks(study.lock_file, [lock], study_id=study.id)
    return Study.open(study.id, start=root)


def without_leavers(forms: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Leave out later forms, more of those who had scored low than of the others."""
    rng = np.random.default_rng([seed, 7])
    first = forms["wave"].iloc[0]
    own = forms[forms["wave"] == first].set_index("number")["knowledge"]
    low = forms["number"].map(own).lt(own.median())
    leaves = rng.random(len(forms)) < np.where(low, 0.16, 0.04)
    return forms[(forms["wave"] == first) | ~leaves]


def _staggered(
    root: Path, design: Design, *, seed: int, effect: float
) -> tuple[Study, pd.DataFrame]:
    truth = roll_out_study.Truth(
        cohorts=((1, 6), (2, 6), (None, 6)),
        effect=((1, effect, 0.0), (2, effect, 0.0)) if effect else (),
        students=30,
        school_sd=0.2,
        lost=0.0,
    )
    assigned_by = "lot" if design.by_lot else "choice"
    study = roll_out_study.write_study(root, truth, assigned_by=assigned_by)
    return _with_pages(study, root), roll_out_study.draw_forms(seed, truth)


def _in_waves(
    root: Path, design: Design, *, seed: int, effect: float
) -> tuple[Study, pd.DataFrame]:
    truth = two_sides.Truth(
        effect=effect,
        secular=SECULAR,
        schools=SCHOOLS,
        students=16,
        lost=(0.0, 0.0),
        left=0.8 if design.follow_up else None,
    )
    study = two_sides.open_study(
        root,
        design="comparison" if design.alone else design.design,
        schools=SCHOOLS,
        strata=design.paired,
        follow_up=design.follow_up,
        assigned_by="lot" if design.waits else "",
        workshop_before="follow_up" if design.waits else "",
        smallest=DECLARED if design.alone else "smallest_effect = 0.5",
        link="none" if design.design == "cross_sections" else "roster_id",
    )
    if design.alone:
        study = _alone(study, root, design)
        truth = two_sides.Truth(**{**vars(truth), "schools": (sum(SCHOOLS), 0)})
    forms = two_sides.draw_forms(seed, truth)
    if design.design == "cross_sections":
        forms["number"] = [f"n{number:05d}" for number in range(len(forms))]
    return _with_pages(study, root), forms


def _alone(study: Study, root: Path, design: Design) -> Study:
    """Make a study with two sides one without: nobody is compared."""
    file = root / "studies" / study.id / "study.toml"
    words = _ARMS.sub("", file.read_text(encoding="utf-8"))
    words = words.replace('design = "comparison"', f'design = "{design.design}"')
    file.write_text(words, encoding="utf-8")
    roster = root / "studies" / study.id / "roster.csv"
    pd.read_csv(roster).drop(columns="arm").to_csv(roster, index=False)
    return Study.open(study.id, start=root)


def _with_pages(study: Study, root: Path) -> Study:
    file = root / "studies" / study.id / "study.toml"
    file.write_text(file.read_text(encoding="utf-8") + MORE_PAGES, encoding="utf-8")
    return Study.open(study.id, start=root)
