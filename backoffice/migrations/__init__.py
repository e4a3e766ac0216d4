"""The schema's history, by Alembic, the same for both databases."""
