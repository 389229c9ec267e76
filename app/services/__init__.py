"""One verb a function: load, ask the domain, write, log. Services never commit."""
