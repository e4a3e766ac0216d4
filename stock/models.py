"""All tables of goods in one import, for whoever needs the whole schema."""

from stock import document_tables, label_tables, scan_tables

__all__ = ["document_tables", "label_tables", "scan_tables"]
