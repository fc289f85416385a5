"""What is left out of a comparison is counted nowhere, unless as many as the threshold."""

from math import isnan

import pytest
from findings_factory import make_facts, make_finding, make_findings

from impact_eval.disclosure import release

AT = {"outcome": "", "estimator": "count"}


def flow(
    *,
    analysed: tuple[int, int] = (395, 380),
    schools: int = 9,
    phase: str = "phase_2",
    later: str = "post",
    hidden_school: bool = False,
    side: str = "",
    of: tuple[int, int] = (400, 380),
) -> list[dict[str, object]]:
    rows = []
    for wave, n in zip(("pre", later), of, strict=True):
        on = {**AT, "phase": phase, "subgroup": side, "wave_from": wave, "wave_to": wave}
        rows += [
            make_finding(**on, quantity="surveyed", estimate=n, n=n, unit="people"),
            make_finding(**on, quantity="schools_surveyed", estimate=10, n=10, unit="schools"),
        ]
    between = {**AT, "phase": phase, "subgroup": side, "wave_from": "pre", "wave_to": later}
    pre, post = analysed
    rows += [
        make_finding(
            **between, quantity="schools_analysed", estimate=schools, n=schools, unit="schools"
        ),
        make_finding(
            **between,
            quantity="analysed",
            estimate=pre + post,
            n=pre + post,
            n_pre=pre,
            n_post=post,
            unit="forms",
        ),
    ]
    if hidden_school:
        sizes = {"s003": 4, "s004": 40, "s005": 50, "s006": 306}
        rows += [
            make_finding(
                **AT,
                quantity="surveyed",
                level="school",
                unit_id=school,
                wave_from="pre",
                wave_to="pre",
                estimate=n,
                n=n,
                unit="people",
            )
            for school, n in sizes.items()
        ]
    return rows


def is_shown(rows: list[dict[str, object]], phase: str = "phase_2") -> bool:
    unique = list({row["finding_id"]: row for row in rows}.values())
    released = release(make_findings(unique), make_facts())
    found = released.where(quantity="analysed", phase=phase).findings()
    shown = {not isnan(row.n_pre) for row in found}
    assert len(shown) == 1
    return shown.pop()


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, False),
        ({"schools": 10}, True),
        ({"analysed": (390, 380)}, True),
        ({"analysed": (391, 380)}, False),
        ({"analysed": (400, 371)}, False),
        ({"analysed": (300, 300)}, True),
        ({"analysed": (300, 300), "hidden_school": True}, False),
        ({"analysed": (300, 300), "hidden_school": True, "schools": 10}, True),
    ],
    ids=str,
)
def test_a_count_that_gives_a_few_people_back_is_not_shown(change, shown: bool) -> None:
    assert is_shown(flow(**change)) is shown


@pytest.mark.parametrize(("analysed", "shown"), [(195, False), (190, True)])
def test_a_count_of_one_side_is_held_as_that_of_all(analysed: int, shown: bool) -> None:
    whole = flow(analysed=(300, 300))
    own = flow(side="arm:programme", of=(200, 190), analysed=(analysed, 190))
    other = flow(side="arm:comparison", of=(200, 190), analysed=(300 - analysed, 110))
    assert is_shown([*whole, *own, *other]) is shown


def test_two_comparisons_that_differ_by_a_few_people_hide_each_other() -> None:
    first = flow(analysed=(300, 300), schools=10)
    near = flow(analysed=(295, 300), schools=10, later="follow_up")
    far = flow(analysed=(290, 300), schools=10, later="follow_up")
    assert is_shown(first + far)
    assert not is_shown(first + near)


def test_the_phases_of_an_audience_hide_each_other() -> None:
    assert not is_shown(flow() + flow(analysed=(300, 300), phase="phase_1"), phase="phase_1")
