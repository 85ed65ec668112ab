"""The pack: read from its folder, checked by itself and against its documents."""
