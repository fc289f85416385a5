"""Survey forms (XLSForm) as the one place of questions, their translations and their keys."""

from impact_eval.instruments.instrument import Choice, Group, Instrument, Item, Question
from impact_eval.instruments.paper import code_card, has_paper_words, paper_form, write_paper
from impact_eval.instruments.read import read_instrument
from impact_eval.instruments.scoring import SCORING

__all__ = [
    "SCORING",
    "Choice",
    "Group",
    "Instrument",
    "Item",
    "Question",
    "code_card",
    "has_paper_words",
    "paper_form",
    "read_instrument",
    "write_paper",
]
