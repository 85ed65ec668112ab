"""The connection to Discord: requests, proxies, and what keeps the gateway's connection alive."""
