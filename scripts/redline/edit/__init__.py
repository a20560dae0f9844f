"""What alters or compares records: spans that follow a text, repairs, changes."""
