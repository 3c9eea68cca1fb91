"""The building: settings, addresses, and what every request passes through."""
