"""How the gallery is built and deployed."""
