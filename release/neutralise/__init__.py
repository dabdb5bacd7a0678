"""Makes a clone harmless before its first start, and proves it. Pure: statements in, verdicts out."""
