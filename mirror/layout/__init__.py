"""The upstreams' own layouts, one a file. Every function writes below `tree`, the mirror's root, and knows no cache."""
