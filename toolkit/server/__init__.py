"""The web server: Voila behind a gate, one clean kernel per open page, everything offline."""
