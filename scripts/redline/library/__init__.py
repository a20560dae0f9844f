"""What `import redline` gives: functions that take paths or records. Their work is done in the packages below."""
