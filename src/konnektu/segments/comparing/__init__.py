"""Whether the writer has right who is in: everybody by turns, recomputed from their facts, and no difference unsaid."""
