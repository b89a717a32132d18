"""The ten kinds of things in CIFAR-10 (Krizhevsky, 2009), in the order of its labels; here without PyTorch."""

THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
