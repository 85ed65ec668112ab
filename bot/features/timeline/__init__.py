"""`/timeline`: the events in the order of the story."""
