"""`python -m begroting_qa`."""

from begroting_qa.cli import main

main()
