"""Tests mirror the tree of the product; each runs on real databases."""
