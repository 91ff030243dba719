"""Judging a paper by the list itself: is it relevant, where does it go, and why. Pure mathematics over texts and unit
vectors: no store, no network, no terminal."""
