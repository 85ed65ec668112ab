"""Files of other bots and of spreadsheets, read as quotes."""
