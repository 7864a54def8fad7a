"""The plugin's management commands. Imports desk and all rooms below it."""
