"""Runs: execute notebooks for every unit of a study's reports and publish the pages."""

from impact_eval.runs.run import RunResult, run_study

__all__ = ["RunResult", "run_study"]
