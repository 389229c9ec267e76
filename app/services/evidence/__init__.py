"""Photos as evidence: received, examined, masked, and answered for."""
