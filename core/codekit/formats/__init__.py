"""Formats that releases of classifications come in: XML, spreadsheets."""
