"""The end of the month: what it waits for, the pack three roles sign, the lock."""
