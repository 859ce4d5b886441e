"""Headers of the accepted formats, parsed without decoding a pixel and without libvips.

Loaders of pixels are not asked: some of them read or decode the whole file to open it, and each
has limits of its own. Every parser here does work bounded by the size of the file and holds
nothing larger than the header.
"""
