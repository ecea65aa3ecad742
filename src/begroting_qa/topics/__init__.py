"""One page for each thing through the years: what each document says of it, and what changed."""
