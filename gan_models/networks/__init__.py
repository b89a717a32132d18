"""The networks: plain ``nn.Module`` classes that know nothing of files, pictures or devices."""
