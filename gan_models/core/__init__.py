"""What everything else stands on: errors, devices, pictures, latent space, checkpoints. It imports no other room."""
