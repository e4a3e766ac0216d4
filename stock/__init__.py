"""Goods in custody, serial by serial."""
