"""Estimators: arrays in, `Estimate` out. They know nothing of studies, files or words."""
