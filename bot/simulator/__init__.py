"""A stand-in for Discord on loopback that an unmodified bot logs in to: to try, test, load it."""
