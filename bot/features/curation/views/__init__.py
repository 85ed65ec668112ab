"""What curators and those who suggest read: forms, previews, histories, queues and panels."""
