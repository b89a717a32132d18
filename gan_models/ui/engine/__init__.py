"""The page on many machines: pipelines as deployments of Ray Serve, live training as actors.

Ray is optional. Nothing here imports it before the page was told ``--engine ray``, and no other room knows of it.
"""
