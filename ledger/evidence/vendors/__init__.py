"""The files of payment vendors and banks: one module a vendor, each recognised by its content."""
