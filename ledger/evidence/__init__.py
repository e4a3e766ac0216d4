"""Evidence: what people and the outside world state, kept as it came."""
