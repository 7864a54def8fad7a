"""The shelf of published items: settlements, rows and the version. Imports notes and models."""
