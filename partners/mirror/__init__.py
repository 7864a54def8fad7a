"""Pages of another site, kept in step here: read by its feed, never edited."""
