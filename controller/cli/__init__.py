"""The command line: `shopfleet`. Commands read options, call a service and print; nothing is decided here."""

from controller.cli.app import main

__all__ = ["main"]
