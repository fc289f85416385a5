"""Labels of schools that the roster does not know: proposals for people to decide on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import pandas as pd
from rapidfuzz import fuzz

from impact_eval.study import Study
from impact_eval.surveys.linking.transliterate import skeleton, words
from impact_eval.surveys.text import folded

SCHOOL_NAMES: Final = ("label", "school_id", "score", "n_rows", "rows", "decision")
SHOWN_FROM: Final = 70.0
UNLIKE: Final = "?"
FILE: Final = "school_names.csv"
_ALIKE: Final = 70.0
_ROWS_NAMED: Final = 20
_INITIALS: Final = range(3, 8)

Words = tuple[str, ...]


def propose_schools(unknown: pd.DataFrame, roster: pd.DataFrame) -> pd.DataFrame:
    """Proposals for labels that name no school of the roster.

    Parameters
    ----------
    unknown : DataFrame
        `label, source_file, source_row`, a row for each form whose school is unknown.
    roster : DataFrame
        Schools with `school_id, name` and perhaps `aliases`.

    Returns
    -------
    DataFrame
        Columns SCHOOL_NAMES, best score first. A label is shown only if its score is at least
        SHOWN_FROM; all others stand together in one row for each file, without label and proposal,
        because a file that lost its header can hold anything in that column. `decision` is empty.

    Notes
    -----
    Nothing is resolved here. The evaluator copies `label` and `school_id` of what is right into
    `studies/<id>/school_names.csv`.
    """
    judge = _Judge(roster)
    judged = {label: judge.best(label) for label in unknown["label"].unique()}
    rows = []
    for label, forms in unknown.groupby("label", sort=True):
        school_id, likeness = judged[str(label)]
        if likeness >= SHOWN_FROM:
            rows.append((label, school_id, round(likeness, 1), len(forms), _where(forms), ""))
    score = unknown["label"].map(lambda label: judged[label][1]).astype(float)
    hidden = unknown[score < SHOWN_FROM]
    for _, forms in hidden.groupby("source_file", sort=True):
        rows.append(("", "", math.nan, len(forms), _where(forms), ""))
    table = pd.DataFrame(rows, columns=list(SCHOOL_NAMES))
    return table.sort_values(["score", "label"], ascending=[False, True], ignore_index=True)


def save_proposals(unknown: pd.DataFrame, study: Study) -> None:
    """Write what `propose_schools` proposes beside the study's tables."""
    path = study.processed_folder / FILE
    if len(unknown):
        proposals = propose_schools(unknown, study.roster_table)
        proposals.to_csv(path, index=False, encoding="utf-8")
    else:
        path.write_text(",".join(SCHOOL_NAMES) + "\n", encoding="utf-8")


def _where(forms: pd.DataFrame) -> str:
    """File and rows of forms, the first ones if there are many."""
    named = forms.sort_values(["source_file", "source_row"]).iloc[:_ROWS_NAMED]
    parts = [
        f"{file}: {', '.join(map(str, rows))}"
        for file, rows in named.groupby("source_file", sort=True)["source_row"]
    ]
    return "; ".join(parts) + (" and more" if len(forms) > _ROWS_NAMED else "")


class LikeLabels:
    """Keeps of labels that name no school those that are like one's name, as they are proposed."""

    def __init__(self, roster: pd.DataFrame) -> None:
        self._roster = roster
        self._judge: _Judge | None = None
        self._shown = cache(self._is_like)

    def of(self, label: str) -> str:
        """Give the label, or UNLIKE if it is unlike any school's name."""
        return label if not label or self._shown(label) else UNLIKE

    def _is_like(self, label: str) -> bool:
        self._judge = self._judge or _Judge(self._roster)
        return self._judge.best(label)[1] >= SHOWN_FROM


class _Judge:
    """Scores labels against the names of a roster, by words and by how rare each word is."""

    def __init__(self, roster: pd.DataFrame) -> None:
        self._names = [
            (school_id, words(name))
            for school_id, names in zip(roster["school_id"], _spellings(roster), strict=True)
            for name in names
        ]
        spread = Counter(word for _, name in self._names for word in set(name))
        count = len(self._names)
        self._weights = {word: math.log(1 + count / n) for word, n in spread.items()}
        # a word of the roster meets every label: each pair of words is judged once
        self._likeness = cache(_likeness)
        self._sound = cache(skeleton)
        self._usual = sum(self._weights.values()) / max(len(self._weights), 1)

    def best(self, label: str) -> tuple[str, float]:
        """School whose name is most like a label, and the score, 0 to 100; none if two are."""
        typed = words(label)
        scores: dict[str, float] = {}
        for school_id, name in self._names:
            score = self._score(typed, name)
            for initials in (_spelled_out(typed, name), _cut_short(typed, name)):
                if initials != typed:
                    score = max(score, self._score(initials, name) - 5.0)
            scores[school_id] = max(score, scores.get(school_id, 0.0))
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return "", 0.0
        return ranked[0]

    def _score(self, typed: Sequence[str], name: Sequence[str]) -> float:
        """Mean of how much of the name the label holds, and how much of the label the name."""
        if not typed or not name:
            return 0.0
        likeness = [[self._likeness(one, other) for other in name] for one in typed]
        nearest = [max(range(len(name)), key=row.__getitem__) for row in likeness]
        held = self._mean(name, [max(row[k] for row in likeness) for k in range(len(name))])
        weights = {
            one: self._weights[name[k]] if row[k] else self._usual
            for one, k, row in zip(typed, nearest, likeness, strict=True)
        }
        known = self._mean(typed, [max(row) for row in likeness], weights)
        by_words = 2 * held * known / (held + known) if held + known else 0.0
        return max(by_words, self._as_one(typed, name))

    def _as_one(self, typed: Sequence[str], name: Sequence[str]) -> float:
        """How alike two names are by consonants, wherever they are split into words."""
        numbers = [[word for word in each if word.isdigit()] for each in (typed, name)]
        if numbers[0] != numbers[1]:
            return 0.0
        return fuzz.ratio("".join(map(self._sound, typed)), "".join(map(self._sound, name))) - 5.0

    def _mean(
        self,
        these: Sequence[str],
        values: Sequence[float],
        weights: Mapping[str, float] | None = None,
    ) -> float:
        weight = [(weights or self._weights)[word] for word in these]
        return sum(w * value for w, value in zip(weight, values, strict=True)) / sum(weight)


def _spellings(roster: pd.DataFrame) -> list[list[str]]:
    aliases = roster["aliases"] if "aliases" in roster else [""] * len(roster)
    return [
        [name, *filter(None, (one.strip() for one in str(other).split("|")))]
        for name, other in zip(roster["name"], aliases, strict=True)
    ]


def _likeness(one: str, other: str) -> float:
    """How alike two words are, by letters or by consonants: 0, or from _ALIKE to 100.

    Numbers are alike only if equal: school 7 is not school 17.
    """
    if any(sign.isdigit() for sign in one + other):
        return 100.0 if one == other else 0.0
    by_sound, sounds = skeleton(one), skeleton(other)
    alike = fuzz.ratio(one, other)
    if min(len(by_sound), len(sounds)) > 1:
        alike = max(alike, fuzz.ratio(by_sound, sounds) - 5.0)
    if _shortens(one, other) or _shortens(other, one):
        alike = max(alike, 90.0)
    return alike if alike >= _ALIKE else 0.0


def _spelled_out(typed: Words, name: Words) -> Words:
    """Put the words of a name in the place of their initials: `gghs` is Govt Girls High School."""
    spelled: list[str] = []
    for word in typed:
        runs = (name[at : at + len(word)] for at in range(len(name) - len(word) + 1))
        meant = (run for run in runs if len(word) in _INITIALS and _initials(run) == word)
        spelled += next(meant, (word,))
    return tuple(spelled)


def _cut_short(typed: Words, name: Words) -> Words:
    """Put initials that stand in a name in the place of the words that were typed for them."""
    for word in name:
        for at in range(len(typed) - len(word) + 1):
            run = typed[at : at + len(word)]
            if len(word) in _INITIALS and _initials(run) == word:
                return (*typed[:at], word, *typed[at + len(word) :])
    return typed


def _initials(run: Words) -> str:
    return "".join(word[0] for word in run)


def _shortens(short: str, long: str) -> bool:
    """Whether a word is an abbreviation: `govt` and `sec` of government and secondary."""
    if len(short) < 3 or short[0] != long[0] or len(short) >= len(long):
        return False
    rest = iter(long)
    inside = all(letter in rest for letter in short)
    return inside and (long.startswith(short) or short[-1] == long[-1])


def accepted_names(study: Study) -> dict[str, str]:
    """Schools of the labels that the evaluator accepted, by folded label."""
    table = study.school_names_table
    return {
        folded(label): school_id
        for label, school_id in zip(table["label"], table["school_id"], strict=True)
    }


def open_names(study: Study) -> tuple[int, int]:
    """How many labels have a proposal that waits for a decision, and how many rows they stand in.

    As of the last `prepare`; none before it.
    """
    path = study.processed_folder / FILE
    if not path.is_file():
        return 0, 0
    table = pd.read_csv(path, dtype={"label": "str"}, keep_default_na=False)
    decided = accepted_names(study)
    waiting = table[(table["label"] != "") & ~table["label"].map(folded).isin(list(decided))]
    return len(waiting), int(waiting["n_rows"].sum())
