"""What a page needs to serve strangers: queue, counters, health, limits, lifetime, uploads."""
