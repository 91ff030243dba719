"""Measurements on real data: `python -m benchmarks.NAME …` prints JSON on stdout and a table on stderr."""
