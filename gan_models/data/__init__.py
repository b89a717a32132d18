"""Loaders of data sets, and what is made up for training: holes, crops, subsets."""
