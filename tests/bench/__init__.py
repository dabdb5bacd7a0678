"""Benchmarks: ours, the named peer and the floor, measured side by side in one run."""
