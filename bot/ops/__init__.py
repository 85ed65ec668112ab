"""What an operator needs: logs, doctor, backups, health, metrics."""
