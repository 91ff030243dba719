"""triage: adopt a curated paper list, watch arXiv for what it lacks, propose entries in the list's own format."""

__version__ = "0.1.0"
