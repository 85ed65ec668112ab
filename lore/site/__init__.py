"""A pack as a static site: every page, the search in it, and the folder that it is written to."""
