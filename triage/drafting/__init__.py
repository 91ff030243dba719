"""What an entry may say of a paper: the facts that rules find in its own texts (rules, and venue, links, datasets,
summary behind them), what a model is asked (question), what of its answer stands (checks, vote), and how a person edits
the outcome (entry).

Pure functions over text. A paper's text and a model's reply are hostile input here: they are only ever searched."""
