"""The engine that trains small GANs while somebody watches."""
