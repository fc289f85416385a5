"""Every word a reader sees: texts by language, bound to the design and the evidence."""

from impact_eval.wording import numbers
from impact_eval.wording.cautions import SAID_IN_CLAIMS, caution_sentences, said_in_claim
from impact_eval.wording.claims import claim
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.dose import dose_word
from impact_eval.wording.effects import claim_of, side_of
from impact_eval.wording.few_schools import few_schools
from impact_eval.wording.gaps import gap_sentences, gap_word, group_labels, open_gaps, side_gap_word
from impact_eval.wording.looking_back import measured_shift, shift_sentence, shifted_word
from impact_eval.wording.lost import bounds_sentence, lost_verdict_sentences
from impact_eval.wording.notes import banner, design_note, disclosure_notes
from impact_eval.wording.people import people_sentences
from impact_eval.wording.plan import deviation_words, plan_note
from impact_eval.wording.planning import planning_sentences
from impact_eval.wording.ratings import moved_sentence, moved_word
from impact_eval.wording.robustness import measured_beside, robustness_sentences
from impact_eval.wording.roll_outs import (
    cohort_label,
    short_time,
    since_of,
    time_label,
    trends_sentence,
)
from impact_eval.wording.shares import mastery_sentence, share
from impact_eval.wording.strings import has_text, sentence, text
from impact_eval.wording.summaries import (
    Summary,
    further_changes,
    main_changes,
    opening,
    summary_of,
)
from impact_eval.wording.verdicts import verdict_words
from impact_eval.wording.ways import FACTORS, choice_words, choices_of, way_words
from impact_eval.wording.without_exclusions import Compared, compare, counted

__all__ = [
    "FACTORS",
    "SAID_IN_CLAIMS",
    "Compared",
    "Summary",
    "banner",
    "bounds_sentence",
    "caution_sentences",
    "choice_words",
    "choices_of",
    "claim",
    "claim_of",
    "cohort_label",
    "compare",
    "counted",
    "decimals_of",
    "design_note",
    "deviation_words",
    "disclosure_notes",
    "dose_word",
    "few_schools",
    "further_changes",
    "gap_sentences",
    "gap_word",
    "group_labels",
    "has_text",
    "lost_verdict_sentences",
    "main_changes",
    "mastery_sentence",
    "measured_beside",
    "measured_shift",
    "moved_sentence",
    "moved_word",
    "numbers",
    "open_gaps",
    "opening",
    "people_sentences",
    "plan_note",
    "planning_sentences",
    "robustness_sentences",
    "said_in_claim",
    "sentence",
    "share",
    "shift_sentence",
    "shifted_word",
    "short_time",
    "side_gap_word",
    "side_of",
    "since_of",
    "summary_of",
    "text",
    "time_label",
    "trends_sentence",
    "verdict_words",
    "way_words",
]
