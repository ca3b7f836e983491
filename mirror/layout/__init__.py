"""The upstreams' layouts, one per module. Every function writes below `tree`, the mirror's root, without the cache."""
