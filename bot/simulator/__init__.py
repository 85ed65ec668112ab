"""A simulated Discord on loopback that an unmodified bot logs in to: to try, test and load it."""
