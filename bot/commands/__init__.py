"""The slash commands, one group a file: parse, ask the library, lay out, send."""
