"""Where articles come from: files, web archives, feeds, and the bytes they hold."""
