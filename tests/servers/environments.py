"""What a host sets. ``$port`` is the port to serve on."""

from __future__ import annotations

PRODUCTION = {
    "production flags": {"FLASK_ENV": "production", "APP_ENV": "prod"},
    "Heroku": {"DYNO": "web.1", "PORT": "$port"},
    "Kubernetes": {
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
    },
    "Cloud Run": {
        "K_SERVICE": "shop",
        "K_REVISION": "shop-00001-abc",
        "K_CONFIGURATION": "shop",
        "PORT": "$port",
    },
}
DEVELOPMENT = {"FLASK_ENV": "development"}
