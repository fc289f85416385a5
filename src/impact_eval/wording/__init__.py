"""Every word a reader sees: texts by language, bound to the design and the evidence."""

from impact_eval.wording import numbers
from impact_eval.wording.strings import sentence, text
from impact_eval.wording.verdicts import verdict_words

__all__ = ["numbers", "sentence", "text", "verdict_words"]
