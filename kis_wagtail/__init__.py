"""The reference site: wiring, and KIS's own words."""
