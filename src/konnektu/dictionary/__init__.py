"""The data dictionary: which events and attributes come, what people say of them, what they are expected to hold."""
