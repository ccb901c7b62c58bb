"""Each remedy is applied where it says, and the app gets the same requests."""
