"""One reader a kind of value: a cell in, what it means and how sure that is out."""
