"""The web page: one file a tab, one for what they share, one for the prose. Importing it does not import PyTorch."""
