"""An app whose migration fails while ``FAIL`` is set."""
