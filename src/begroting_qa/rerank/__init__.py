"""ScoredPassages -> ScoredPassages in order of how well they treat the question."""
