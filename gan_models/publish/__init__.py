"""Model cards, and pushing the weights or the whole demo to the Hugging Face Hub."""
