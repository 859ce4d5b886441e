"""Backends of ports.Bucket. `safelight.stores.objects.open_bucket` chooses one by URL."""
