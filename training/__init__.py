"""The scripts that made what is shipped; see README.md."""
