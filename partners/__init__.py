"""Cooperation partners, networks and exchange programmes for Wagtail, in several languages."""
