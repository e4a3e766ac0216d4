"""Who is on duty, who may not do what beside it, and who signs in whose place."""
