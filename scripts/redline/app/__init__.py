"""The annotator's page: a local server, a journal that loses nothing, and the files that the browser loads."""
