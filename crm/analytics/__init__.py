"""Numbers over all domains. Reads only: no models, and no rule that a domain doesn't have."""
