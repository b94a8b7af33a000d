"""Orders: one row for each number, told of field by field by whoever knows of it."""
