"""Whether a text says what its sources say. Nothing here knows who wrote the text."""
