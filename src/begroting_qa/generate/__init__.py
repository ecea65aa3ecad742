"""A language model that may write answers: prompt -> text, in this process or behind a chat service. Off by default."""
