"""A model of the user's own on our organisation: a class in a file, with people in communities, cells and councils."""
