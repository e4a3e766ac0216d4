"""Handing closed days over to finance and to the second-level audit: bundles and vouchers."""
