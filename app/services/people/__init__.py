"""Accounts and who stands in for whom: signing in, sessions, tokens, their administration."""
