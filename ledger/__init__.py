"""The kernel: what is where, and who said so."""
