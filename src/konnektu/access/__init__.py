"""Access: who may come in and what they may do: sources and their keys, users, sessions, tokens, audit log."""
