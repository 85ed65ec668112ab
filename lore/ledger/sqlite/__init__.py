"""The ledger in SQLite: its file, its tables, and every verb of the port."""
