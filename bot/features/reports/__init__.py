"""Something wrong?: what members say is wrong with an entry or a quote."""
