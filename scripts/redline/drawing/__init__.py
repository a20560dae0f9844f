"""How spans are drawn below a text in a browser: scripts and styles without ties to editing or to a server."""
