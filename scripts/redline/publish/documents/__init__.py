"""The documents of a release: card, datasheet, Croissant, licences."""
