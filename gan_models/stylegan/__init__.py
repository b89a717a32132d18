"""Faces at 128x128: a style-based GAN (Karras et al., 2019, 2020), light enough for processors."""
