"""How each upstream is fetched: one a file, every file with the proof that its upstream gives."""
