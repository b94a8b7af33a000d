"""Who is in segments, who came and went, and how many there were."""
