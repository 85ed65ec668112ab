"""`/quote`: words said, by chance, by speaker, by half-remembered words or by id."""
