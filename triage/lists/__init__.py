"""What stands in a list: its structure, entries and fields, read to the byte. Pure text: no files, no network."""
