"""The shelf of published items: settlements, versions, rows. Imports notes."""
