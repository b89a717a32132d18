"""One class for each task. Numbers and PIL images cross its border; tensors stay inside."""
