"""Posts the quote of the day: once a day in each server, whatever happens in between."""
