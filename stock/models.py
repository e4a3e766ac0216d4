"""All tables of goods in one import, for whoever needs the whole schema."""

from stock import count_tables, document_tables, label_tables, scan_tables

__all__ = ["count_tables", "document_tables", "label_tables", "scan_tables"]
