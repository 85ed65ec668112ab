"""Ways to answer a question, each sure of one kind of fact."""
