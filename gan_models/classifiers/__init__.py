"""Ordinary classifiers, trained on real pictures alone: they say what generated pictures show."""
