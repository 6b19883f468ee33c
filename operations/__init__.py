"""The use cases, one a file: what terminal and page share."""
