"""Correction slips (差错更正单): sent, answered, accepted; what was signed stays as signed."""
