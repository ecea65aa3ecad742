"""The evaluation: cases, measures, a run over them, and a report against the baseline."""
