"""The commands: arguments, printing, exit codes. What they do lies in the rooms below."""

from harvester.cli.program import app, main

__all__ = ["app", "main"]
