"""What training scripts share: the loop, losses, critics of features. ``python -m gan_models.FAMILY.train --help``."""
