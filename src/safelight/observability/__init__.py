"""Logs and metrics. Each is told what happens; nothing here decides anything."""
