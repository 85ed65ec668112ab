"""`/bio`, `/event`, `/lore` and `/search`: entries by name, passages by words."""
