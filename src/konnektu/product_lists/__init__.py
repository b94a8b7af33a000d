"""What a person has in the cart, looks at and likes: lists of products, kept live from events."""
