"""The pages: one package a feature, and what all of them share."""
