"""Privacy: erasure of one person everywhere, and what stays so that the person stays erased."""
