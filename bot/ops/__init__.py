"""What whoever runs the bot needs: logs, check-up, backups, health, metrics."""
