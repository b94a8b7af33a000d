"""Values of computed attributes, and their API. In: people, requests. Out: values as the writer left them, views."""
