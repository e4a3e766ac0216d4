"""The cash side of the books: drawers, safe, petty cash and bank; shifts; over and short."""
