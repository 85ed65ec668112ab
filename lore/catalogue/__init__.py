"""The pack compiled into one read-only file, from which questions are answered."""
