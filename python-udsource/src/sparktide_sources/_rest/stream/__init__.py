"""Streams of `rest`: readers, polls, offsets and guarantees."""
