"""Measure the assistant: datasets, scores, run files, reports and benchmarks."""
