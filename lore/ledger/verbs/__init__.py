"""Every operation of the port, in the SQL that all engines share."""
