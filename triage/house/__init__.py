"""The house format of a list: learned from its entries, proven by writing them, and used to write into the list."""
