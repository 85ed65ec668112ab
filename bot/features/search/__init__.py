"""`/search`: passages by half-remembered words."""
