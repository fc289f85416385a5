"""Run as `python -m impact_eval.cli`."""

from impact_eval.cli import main

main()
