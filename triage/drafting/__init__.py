"""What an entry may say of a paper, found by rule: venue, links, summary, datasets; and the guard on a model's words.

Pure functions over text. A paper's text and a model's reply are hostile input here: they are only ever searched."""
