"""`/privacy`: what is kept of people and servers, and how to have it deleted."""
