"""What is generated for readers: the HTML report and the generated pages of docs/."""
