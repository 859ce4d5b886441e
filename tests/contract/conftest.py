"""Services that the contract suites share."""

from tests.s3 import s3_endpoint, s3_url

__all__ = ["s3_endpoint", "s3_url"]
