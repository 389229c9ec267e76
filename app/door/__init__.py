"""The one door of pages and interface: who comes in, one commit a request, how a no is answered."""
