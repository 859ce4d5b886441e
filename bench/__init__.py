"""Safelight's bench: the same pictures through Safelight, its peers and the floor, side by side."""
