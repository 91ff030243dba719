"""THE LIST: any README in, the same README plus a few lines out. Pure text: no files, no network."""
