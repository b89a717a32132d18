"""Which checkpoints there are (catalog), how they reach this machine and a network (store), names (key_maps)."""
