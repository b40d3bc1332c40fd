"""Plain factories: each makes one thing through the services, and states are reached by `perform`."""
