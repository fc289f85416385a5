"""Readers of survey tools' exports: one small file for each, and a registry of them all."""
