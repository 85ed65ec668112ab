"""The ledger in PostgreSQL: how it is reached, its tables, and what its faults mean."""
