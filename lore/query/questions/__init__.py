"""Questions in people's words: answered from typed facts, or with the closest passages."""
