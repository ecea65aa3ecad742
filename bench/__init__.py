"""Speed, worth of parts and outside checks, always beside a peer or a floor."""
