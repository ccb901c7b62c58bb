"""Each remedy is applied as it is placed, and the app asked as before."""
