"""Pages and forms of curation: previews, histories, queues and lists."""
