"""Closing the hall-day: the daily result, reopening, order of days, late data, hand-over."""
