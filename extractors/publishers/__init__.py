"""Facts about single publishers: what they are called, and how their pages have to be read."""
