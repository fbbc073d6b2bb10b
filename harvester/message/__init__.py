"""bytes -> Message: headers, bodies, files, links, and whose words are whose. ``reader.Reader`` is its door."""
