"""The ledger in SQLite: its file, its tables, and every operation of the port."""
