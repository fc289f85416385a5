"""What is taken off a page around sections that show nothing, and what must stay."""

from __future__ import annotations

import pytest

from impact_eval.reports.empty import without_empty

NONE = '<p class="ie-none">None.</p>'
OTHER = '<p class="ie-none">Nor this.</p>'


@pytest.mark.parametrize(
    ("page", "left"),
    [
        (f"<h2>A</h2><p>Intro.</p>\n{NONE}", f"<h2>A</h2>{NONE}"),
        (f"<p>Intro <em>with</em> marks.</p>{NONE}", NONE),
        (f"<p>First.</p><p>Second.</p>{NONE}", f"<p>First.</p>{NONE}"),
        (f"<p>One.</p>{NONE}\n<p>Two.</p>\n{NONE}", NONE),
        (f"<p>One.</p>{NONE}<p>Two.</p>{OTHER}", f"{NONE}{OTHER}"),
        (f"<p>Kept.</p><table></table>{NONE}", f"<p>Kept.</p><table></table>{NONE}"),
        (f"<p>Kept.</p><h2>B</h2>{NONE}", f"<p>Kept.</p><h2>B</h2>{NONE}"),
        (f'<p class="note">Kept.</p>{NONE}', f'<p class="note">Kept.</p>{NONE}'),
        ("<p>Kept.</p><p>Kept too.</p>", "<p>Kept.</p><p>Kept too.</p>"),
    ],
)
def test_only_the_introduction_of_nothing_goes(page: str, left: str) -> None:
    assert without_empty(page) == left
