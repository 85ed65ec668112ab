"""The way to Discord: requests, proxies, and what keeps the gateway's connection going."""
