"""Formats that releases of classifications come in: ClaML, XML, spreadsheets, and what they have in common."""
