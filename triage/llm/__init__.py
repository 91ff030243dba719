"""Asking a language model, for any purpose: questions with a schema, one retry, a budget and a ledger (asking); the
server behind it (client, credentials); prompts; where a quotation stands; text that gives orders (injection)."""
