"""Questions and answers of the search, as pure functions: what was asked, how rankings join, what to highlight."""
