"""Sentences of papers, each with the page and the place where it stands: what may be said of them."""
