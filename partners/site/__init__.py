"""What the plugin shows on a public site besides its pages. Imports models and all below."""
