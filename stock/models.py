"""All tables of goods in one import, for whoever needs the whole schema."""

from stock import label_tables, scan_tables

__all__ = ["label_tables", "scan_tables"]
