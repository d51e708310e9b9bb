"""The sample paper: a complete invented newspaper. loading.py fills an empty database with it."""
