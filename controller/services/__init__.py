"""Observe, decide, act, report: what the operator and the command line do, one page each."""
