"""What it does to people: toxic load, guideline levels, shelter."""
