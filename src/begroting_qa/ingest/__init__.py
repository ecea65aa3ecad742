"""Source file -> Document: one module per format, and what they share."""
