"""Credentials: how they are read, and how they stay out of messages and plans."""
