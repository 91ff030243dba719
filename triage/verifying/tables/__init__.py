"""Claims on tables of numbers: which rows and columns a claim names, and whether what it says of them is so."""
