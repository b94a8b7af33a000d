"""The rule language: one typed tree that says whom, when and how much; and the evaluator that is obviously right."""
