"""Benchmarks: each compares in one run and prints its targets as its last line."""
