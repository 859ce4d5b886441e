"""A service for the tests of remote buckets."""

from tests.s3 import s3_endpoint, s3_url

__all__ = ["s3_endpoint", "s3_url"]
