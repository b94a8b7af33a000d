"""Is every verdict and every entry and exit what the reference says? In: a seed. Out: differences, and the coverage."""
