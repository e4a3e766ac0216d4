"""Refunds, waivers and gift credits under tiered approval."""
