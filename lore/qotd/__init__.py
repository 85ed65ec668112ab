"""The quote of the day, pure: when it is due, which quote it is, what its delivery needs next."""
