"""Time of a study's findings from processed tables, held to limits.

    python benchmarks/findings.py [--people 9000 50000] [--rows 10000 100000 1000000]
                                  [--tiny]

The shipped study of 100 schools and 3 audiences is simulated into a temporary project, as it is
and with more people, and prepared; then all its findings are computed, planned or not, except what
would change them: those who were not seen again, tipping points, single schools left out, and the
ways of a specification curve. That set is timed and printed apart, and so is what it costs to give
every finding also without exclusions, where the plan has any (the shipped one has none, so some are
declared). Beside it, in the same run,
stand statsmodels' CR1 fits of the planned changes alone, with a dummy for each school. Last, what
each estimator behind a planned change costs by respondents, which must grow no faster than they do.
Seconds are of this process's processor with one BLAS thread, which on a quiet machine is what
passes. Ends with 1 beyond a limit. --tiny: few people and few quantities, no limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
import statsmodels.api as sm  # noqa: E402

from impact_eval.disclosure import release, release_without_exclusions  # noqa: E402
from impact_eval.estimators import (  # noqa: E402
    adjusted_gain,
    mean_change,
    random_effects,
    school_changes,
    sign_flip_change,
)
from impact_eval.estimators.designs import retention  # noqa: E402
from impact_eval.findings import compute_findings  # noqa: E402
from impact_eval.findings.data.samples import draw_sample  # noqa: E402
from impact_eval.findings.data.study_data import gather  # noqa: E402
from impact_eval.findings.outcomes.changes import contrast_of  # noqa: E402
from impact_eval.findings.plan.families import memberships  # noqa: E402
from impact_eval.findings.without_exclusions import findings_without_exclusions  # noqa: E402
from impact_eval.simulate import write_raw  # noqa: E402
from impact_eval.study import Study  # noqa: E402
from impact_eval.surveys import load_tables, prepare  # noqa: E402
from impact_eval.vocabulary import QUANTITIES  # noqa: E402

STUDY, SHIPPED = "zindagi_trust", 9_000
LIMITS = {9_000: 10.0, 50_000: 20.0}
SENSITIVITY = (
    *("change_with_lost", "effect_with_lost", "lost", "weight_balance", "effective_sample"),
    *("missing_information", "tipping_point", "without_one_school"),
    *("specification", "specifications", "modelled_change", "modelled_effect"),
)
EXCLUDED = ("straightlining", "speeding", "identical_answers")
SCHOOLS, MOST_GROWTH = 100, 1.5


def timed(run):
    """Run once; the result and seconds of the processor."""
    start = time.process_time()
    found = run()
    return found, time.process_time() - start


def project(folder: Path, people: int) -> Study:
    """Simulate the shipped study, or the same with so many people, into a project of its own."""
    source = Path(__file__).parents[1] / "studies" / STUDY
    shutil.copytree(source, folder / "studies" / STUDY)
    study = Study.open(STUDY, start=folder)
    write_raw(study, **({} if people == SHIPPED else {"scenario": "stress", "people": people}))
    return study


def whole_study(people: int, main: Sequence[str] = (), beside: Sequence[str] | None = None) -> bool:
    """Time the findings of one size, and their peers."""
    main = main or [quantity for quantity in QUANTITIES if quantity not in SENSITIVITY]
    whole = QUANTITIES if beside is None else [*main, *beside]
    with tempfile.TemporaryDirectory() as folder:
        study = project(Path(folder), people)
        tables = prepare(study)
        found, first = timed(lambda: compute_findings(study, tables, quantities=main))
        _, again = timed(lambda: compute_findings(study, tables, quantities=main))
        _, everything = timed(lambda: compute_findings(study, tables, quantities=whole))
        forms = len(tables.submissions)
        print(f"{people:,} surveyed, {forms:,} forms")
        planned = found["role"].isin(["primary", "secondary"]) & found["family"].ne("")
        print(f"  {len(found):,} findings, {int(planned.sum())} of the plan's families")
        print(f"  findings           {first:7.2f} s, again {again:.2f} s"
              f" ({1e6 * again / forms:.0f} microseconds a form)")  # fmt: skip
        print(f"  sensitivity set    {everything - again:7.2f} s more")
        peers(study, tables)
        without_exclusions(study)
    limit = LIMITS.get(people)
    if limit is None:
        return True
    print(f"  {'within' if first <= limit else 'BEYOND'} the limit of {limit:g} s")
    return first <= limit


def without_exclusions(study) -> None:
    """Time what a plan with exclusions adds, and that one without them adds nothing."""
    _, nothing = timed(lambda: findings_without_exclusions(study, load_tables(study)))
    plan = study.plan.model_copy(update={"exclude": EXCLUDED})
    mine = study.model_copy(update={"plan": plan})
    tables = prepare(mine)
    found, second = timed(lambda: findings_without_exclusions(mine, tables))
    planned = compute_findings(mine, tables)
    shown, first = timed(lambda: release(planned, mine.facts()))
    given, released = timed(lambda: release_without_exclusions(planned, found, planned=shown))
    said = int(given.frame["suppressed"].eq("").sum())
    print(f"  without exclusions {second:7.2f} s more for {len(found):,} findings"
          f" ({len(tables.excluded):,} left out); {nothing:.2f} s where nothing is")  # fmt: skip
    print(f"    released         {released:7.2f} s more beside {first:.2f} s; {said:,} are given")


def peers(study, tables) -> None:
    """Fit the planned changes by statsmodels, and by ours."""
    data = gather(study, tables)
    samples = []
    for member in memberships(study).values():
        at = member.address
        people = data.audiences[at.audience]
        one = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        if np.unique(one.cluster).size > 1 and one.score.size > np.unique(one.school).size + 1:
            samples.append(one)

    def theirs():
        for one in samples:
            dummies = one.school[:, None] == np.unique(one.school)
            options = {"cov_type": "cluster", "cov_kwds": {"groups": one.cluster}, "use_t": True}
            design = np.column_stack([one.wave, dummies]).astype(float)
            sm.OLS(one.score, design).fit(**options).conf_int()

    def ours():
        for one in samples:
            mean_change(one.score, one.wave, one.cluster, school=one.school)

    _, slow = timed(theirs)
    _, fast = timed(ours)
    print(f"  {len(samples)} planned changes alone: CR2 {fast:.2f} s, statsmodels CR1 with school "
          f"dummies {slow:.2f} s, {slow / max(fast, 1e-9):.0f} x")  # fmt: skip


def one_survey(people: int) -> float:
    """Seconds of the estimators behind a planned change, of so many people in three waves."""
    rng = np.random.default_rng(1)
    school = rng.integers(0, SCHOOLS, people)
    shop = 4 * school + rng.integers(0, 4, people)
    waves = rng.normal(size=(3, people)) + rng.normal(0, 0.3, (3, SCHOOLS))[:, school]
    waves[1:] += 0.5
    seen = rng.random(people) < 0.7
    score, wave = waves.ravel(), np.repeat([0, 1, 2], people)
    where, shops = np.tile(school, 3), np.tile(shop, 3)
    two = wave < 2
    both = (score[two], wave[two])

    def estimate():
        mean_change(*both, where[two], school=where[two])
        mean_change(*both, shops[two], school=where[two])
        sign_flip_change(*both, where[two], generator=np.random.default_rng(1))
        adjusted_gain(
            waves[0, seen], waves[1, seen], school[seen], pre_all=waves[0], pre_all_cluster=school
        )
        person = np.tile(np.where(seen, np.arange(people), np.nan), 2)
        found = school_changes(*both, where[two], shops[two], respondent=person)
        random_effects(found.change, found.variance, variances_df=found.variance_df)
        retention(score, wave, where, school=where)

    return min(timed(estimate)[1] for _ in range(3))


def by_respondents(sizes) -> bool:
    """Print the cost of a respondent in surveys of several sizes."""
    print(f"estimators behind a planned change, {SCHOOLS} schools, three waves")
    seconds = [one_survey(people) for people in sizes]
    each = [1e6 * spent / people for spent, people in zip(seconds, sizes, strict=True)]
    for people, spent, cost in zip(sizes, seconds, each, strict=True):
        print(f"  {people:9,} respondents  {spent:7.3f} s  {cost:6.2f} microseconds each"
              f"  {cost / each[0]:5.2f} x")  # fmt: skip
    growth = max(cost / each[0] for cost in each)
    within = growth <= MOST_GROWTH
    print(f"  {'within' if within else 'BEYOND'} the limit: a respondent costs at most "
          f"{MOST_GROWTH:g} times what one costs in the smallest survey")  # fmt: skip
    return within


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of findings.")
    parser.add_argument("--people", type=int, nargs="*", default=[9_000, 50_000])
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--tiny", action="store_true", help="See tiny.py.")
    chosen = parser.parse_args()
    if chosen.tiny:
        whole_study(200, ("mean", "change"), ("tipping_point",))
        by_respondents([1_000, 2_000])
        return
    within = [whole_study(people) for people in chosen.people]
    within += [by_respondents(chosen.rows)] if chosen.rows else []
    sys.exit(0 if all(within) else 1)


if __name__ == "__main__":
    main()
