"""The demo city: invented people and problems on the real map of Fushun."""
