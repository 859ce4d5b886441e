"""SQLite for the embedded backends: connections, transactions, migrations, named queries."""

from safelight.database.database import Database
from safelight.database.queries import load_queries

__all__ = ["Database", "load_queries"]
