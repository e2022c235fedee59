"""Streams of `rest`: readers, polls, offsets and what a repeated batch promises."""
