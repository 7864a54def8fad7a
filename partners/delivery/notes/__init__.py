"""What has changed: triggers note it in the database, and notes lead to pages.

Imports no other room of the delivery.
"""
