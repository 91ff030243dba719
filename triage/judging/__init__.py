"""Judging a paper by the list itself: is it wanted, where does it go, what says so. Pure mathematics over
texts and unit vectors: no store, no network, no terminal."""
