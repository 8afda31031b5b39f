"""The suites, in the order in which they run."""
