"""Polls: when they are due, what happens when they fail, and how their rows travel in offsets."""
