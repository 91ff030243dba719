"""The arXiv stand-in and invented sample papers, for `triage demo` and the tests."""
