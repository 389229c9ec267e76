"""Ledgers: asked for, built, laid out, and those that make themselves."""
