"""Puts the rooms together and meets the world: settings, channels, worker, delivery, schedule, command line."""
