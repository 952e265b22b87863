"""Routes by what they speak of; nothing is computed in them."""
