"""Related records: things of a person that a project defines itself, told of field by field."""
