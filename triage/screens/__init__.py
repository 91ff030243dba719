"""What a person sees: tables, progress bars, the review."""
