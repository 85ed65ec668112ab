"""One folder for each thing that people can do: its commands, and what they show."""
