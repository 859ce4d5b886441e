"""Documents made from the code. `python -m tools.documents` writes them; `--check` fails on stale ones."""
