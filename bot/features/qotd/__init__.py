"""`/qotd`: the quote of the day, its schedule and its delivery."""
