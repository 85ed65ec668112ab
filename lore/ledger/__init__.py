"""The ledger: servers' lore and its history, suggestions, settings and schedules."""
