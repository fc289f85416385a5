"""Invented answers for a new study: three schools, pre and post, with the usual small faults."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SCHOOLS = {
    "Juniper Lane School": datetime.date(2024, 3, 4),
    "Harbour View School": datetime.date(2024, 3, 11),
    "Millbrook School": datetime.date(2024, 3, 18),
}
WORKSHOPS_PER_SCHOOL = 3
STUDENTS_PER_WORKSHOP = 17
CORRECT = "badcabdc"
REVERSED = 2
GUESSING = 0.25
HEADER = ("school", "workshop", "student_number", "sex", "wave", "date", "consent")
KNOWLEDGE = tuple(f"k{number:02}" for number in range(1, 9))
CONFIDENCE = tuple(f"c{number:02}" for number in range(1, 6))


def template_answers(seed: int = 1) -> str:
    """CSV text of a survey in the long layout, a row for each student and wave.

    Parameters
    ----------
    seed : int
        Another seed draws other students.

    Returns
    -------
    str
        About 150 students of three schools. A twelfth of them missed the second wave, few refused
        consent, and some answers are missing or "don't know" (98).
    """
    rng = np.random.default_rng(seed)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*HEADER, *KNOWLEDGE, *CONFIDENCE, "n01"))
    for number, (school, held_on) in enumerate(SCHOOLS.items(), start=1):
        for workshop in range(1, WORKSHOPS_PER_SCHOOL + 1):
            day = held_on + datetime.timedelta(days=workshop - 1)
            label = f"{number}{'abc'[workshop - 1]}"
            shared = rng.normal(0.0, 0.3, size=2)
            for student in range(1, STUDENTS_PER_WORKSHOP + 1):
                who = [school, label, f"{number}{workshop}{student:02}"]
                writer.writerows(_student(rng, who, day, shared))
    return file.getvalue()


def _student(
    rng: np.random.Generator,
    who: list[str],
    day: datetime.date,
    shared: NDArray[np.float64],
) -> Iterator[list[str]]:
    """Draw the rows of one student; `shared` is the workshop's level and its extra gain."""
    ability = float(rng.normal(shared[0], 0.8))
    gain = 0.7 + float(shared[1]) + float(rng.normal(0.0, 0.3))
    sex = "girl" if who[0].startswith("Juniper") or rng.random() < 0.5 else "boy"
    consent = "no" if rng.random() < 0.02 else "yes"
    for wave, level in (("before", ability), ("after", ability + gain)):
        if wave == "after" and rng.random() < 1 / 12:
            continue
        note = str(rng.integers(3, 6)) if wave == "after" else ""
        answers = [*_choices(rng, level), *_ratings(rng, level)]
        yield [*who, sex, wave, day.isoformat(), consent, *answers, note]


def _choices(rng: np.random.Generator, level: float) -> list[str]:
    """Answers to the quiz: who does not know guesses, or says so (98), or leaves it out."""
    answers = []
    for difficulty, right in zip(np.linspace(-1.0, 1.2, len(CORRECT)), CORRECT, strict=True):
        knows = rng.random() < 1.0 / (1.0 + np.exp(difficulty - level))
        wrong = [letter for letter in "abcd" if letter != right]
        guess = right if rng.random() < GUESSING else wrong[int(rng.integers(3))]
        answer = right if knows else guess
        slip = rng.random()
        answers.append("98" if not knows and slip < 0.1 else "" if slip > 0.985 else answer)
    return answers


def _ratings(rng: np.random.Generator, level: float) -> list[str]:
    """Ratings from 1 to 5; the reversed statement is answered the other way round."""
    ratings = np.clip(np.rint(3.4 + 0.5 * level + rng.normal(0.0, 0.8, len(CONFIDENCE))), 1, 5)
    ratings[REVERSED] = 6 - ratings[REVERSED]
    left_out = rng.random(len(CONFIDENCE)) < 0.015
    return ["" if out else str(int(one)) for one, out in zip(ratings, left_out, strict=True)]
