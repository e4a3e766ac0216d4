"""The daily audit: checks, findings, runs and signed snapshots."""
