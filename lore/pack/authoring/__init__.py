"""Tools for whoever writes a pack: they find words, make cites of them, and write files."""
