"""An app of the site itself; it has nothing to do with the plugin."""
