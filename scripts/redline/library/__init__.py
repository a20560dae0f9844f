"""The contents of `import redline`: functions on paths or records, which call the packages below."""
