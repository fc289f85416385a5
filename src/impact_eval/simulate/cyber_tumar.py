"""The numbers of the simulated campaign in Kazakhstan: two rounds, other people in each.

Who remembers more of the campaign gains more from it, and who knows more remembers more of it: the
second is why a comparison by recall alone would overstate the campaign.
"""

from __future__ import annotations

from impact_eval.simulate.model import AudienceModel, Construct, PhaseModel, Programme

_AUDIENCES = (
    AudienceModel(
        audience="student",
        plural="students",
        sex_values=("girl", "boy"),
        share_female=0.5,
        reached={},
        workshops={},
        surveyed={"campaign": (20, 30)},
        seconds_before=120.0,
        seconds_per_item=9.0,
    ),
    AudienceModel(
        audience="parent",
        plural="parents",
        sex_values=("woman", "man"),
        share_female=0.7,
        reached={},
        workshops={},
        surveyed={"campaign": (8, 12)},
        interviewers=("province", 3),
        seconds_before=120.0,
        seconds_per_item=9.0,
    ),
    AudienceModel(
        audience="public",
        plural="public",
        sex_values=("woman", "man"),
        share_female=0.52,
        reached={},
        workshops={},
        surveyed={"campaign": (5, 8)},
        seconds_before=90.0,
        seconds_per_item=9.0,
        drawn_apart=True,
    ),
)

_CONSTRUCTS = (
    Construct("student", "knowledge", "quiz", 5.6, 0.62, 0.50, 0.08, 0.0, 0.0, (0.15,)),
    Construct("student", "help_seeking", "rating", 3.40, 0.72, 0.50, 0.03, 0.0, 0.0, (0.0,)),
    Construct("student", "overuse", "frequency", 1.20, 0.72, 0.50, 0.03, 0.0, 0.0, (0.08,)),
    Construct("student", "exposure", "frequency", 0.80, 0.70, 0.50, 0.03, 0.0, 0.0, (0.02,)),
    Construct("student", "recall", "recall", 0.35, 0.10, 0.10, 0.0, 0.0, 0.0, (0.0,)),
    Construct("parent", "knowledge", "quiz", 4.1, 0.60, 0.50, 0.06, 0.0, 0.0, (0.12,)),
    Construct("parent", "mediation", "rating", 3.30, 0.76, 0.50, 0.04, 0.0, 0.0, (0.02,)),
    Construct("parent", "recall", "recall", 0.30, 0.10, 0.10, 0.0, 0.0, 0.0, (0.0,)),
    Construct("parent", "settings", "yes_no", 0.9, 0.58, 0.50, 0.05, 0.0, 0.0, (0.05,),
              drawn_apart=True),
    Construct("parent", "confidence", "rating", 3.35, 0.74, 0.50, 0.03, 0.0, 0.0, (0.02,),
              drawn_apart=True),
    Construct("public", "knowledge", "quiz", 4.3, 0.60, 0.50, 0.05, 0.0, 0.0, (0.10,)),
    Construct("public", "readiness", "rating", 3.50, 0.70, 0.50, 0.03, 0.0, 0.0, (0.0,)),
    Construct("public", "recall", "recall", 0.25, 0.10, 0.10, 0.0, 0.0, 0.0, (0.0,)),
)  # fmt: skip

_CAMPAIGN = PhaseModel(
    phase="campaign",
    effects={
        ("student", "knowledge"): (0.15,),
        ("student", "help_seeking"): (0.05,),
        ("student", "exposure"): (0.05,),
        ("student", "recall"): (2.6,),
        ("parent", "knowledge"): (0.12,),
        ("parent", "mediation"): (0.08,),
        ("parent", "recall"): (1.8,),
        ("parent", "settings"): (0.06,),
        ("parent", "confidence"): (0.05,),
        ("public", "knowledge"): (0.08,),
        ("public", "readiness"): (0.04,),
        ("public", "recall"): (1.2,),
    },
    effect_sd=0.0,
    fidelity=(0.5, 0.5),
    missing={},
    missing_first_wave=0.0,
    exact_match=0.0,
    exact_match_sd=0.0,
    straightlining={"student": 0.05, "parent": 0.05, "public": 0.05},
    random_answers=0.03,
    item_missing=0.03,
)

CYBER_TUMAR = Programme(
    study_id="cyber_tumar",
    waves=("round_1", "round_2"),
    audiences=_AUDIENCES,
    constructs=_CONSTRUCTS,
    phases=(_CAMPAIGN,),
    cross_sections=True,
)
