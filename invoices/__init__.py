"""Invoice forms as stock in somebody's custody, a state for every number."""
