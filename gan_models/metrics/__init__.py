"""Distances between pictures and between sets of pictures: the maths apart from the networks."""
