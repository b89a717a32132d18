"""One folder a tab: its layout, its handlers, its prose, and what the browser gets."""
