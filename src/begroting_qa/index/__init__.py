"""Where passages are searched, and how an index is published."""
