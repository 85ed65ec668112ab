"""What servers write: drafts, their checks, and the files in which their lore travels."""
