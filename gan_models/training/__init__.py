"""What training scripts share: the loop, losses, discriminators of features.

``python -m gan_models.FAMILY.train --help``.
"""
