"""One script for each model on one small shared loop: ``python -m gan_models.training.NAME --help``."""
