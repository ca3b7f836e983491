"""Fetching from upstreams: one module each, with every file verified by its upstream's proof."""
