"""Polls: when they are due, what happens when they fail, and how offsets carry their rows."""
