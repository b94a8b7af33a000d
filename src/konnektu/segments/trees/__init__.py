"""Trees of conditions as questions to lists of people: read, kept under a key, and held against everybody."""
