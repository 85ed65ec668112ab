"""Text: visible characters, markup, ids, and the wording of faults."""
