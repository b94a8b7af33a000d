"""Measurements. In: the product's own parts and a stated load. Out: figures, each beside a limit of the same run."""
