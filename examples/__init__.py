"""Safelight at work: `python -m examples.demo`."""
