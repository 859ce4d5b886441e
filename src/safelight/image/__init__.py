"""Pixels: bytes in, bytes out. The only package that imports pyvips and pillow-heif."""
