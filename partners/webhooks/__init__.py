"""Nudges to other sites: what is public has changed, read the feed.

By Standard Webhooks 1.0 (https://www.standardwebhooks.com/). May import the delivery and all that
it stands on; nothing imports this room.
"""
