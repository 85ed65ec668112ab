"""What texts are made of: characters, marks, ids; and how faults in them are told."""
