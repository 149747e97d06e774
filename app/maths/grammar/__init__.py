"""The grammar's readers, one file for each family of notation."""
