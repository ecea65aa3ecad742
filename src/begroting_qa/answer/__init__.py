"""Plan + ScoredPassages -> Answer: what is quoted, how it is put together, and that it holds."""
