"""docs/openapi.json, from the API as it is served."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from pathlib import Path

from safelight.api.app import create_app
from safelight.app import build
from safelight.config import Settings


def http_api() -> str:
    with tempfile.TemporaryDirectory() as folder, closing(build(Settings(home=Path(folder)))) as app:
        document = create_app(app).openapi()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
