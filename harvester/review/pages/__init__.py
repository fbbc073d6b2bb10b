"""One file a noun: what its pages read, what its forms do."""
