"""The contract's bodies: what they hold, and how they are filled from the domain."""
