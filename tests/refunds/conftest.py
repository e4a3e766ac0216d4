"""A hall for each test of `refunds`."""

from tests.halls import hall, other_hall, shared_engine, shared_url

__all__ = ["hall", "other_hall", "shared_engine", "shared_url"]
