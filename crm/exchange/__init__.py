"""What comes in from other systems, and what goes out: exports, imports, take-outs."""
