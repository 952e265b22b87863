"""Risk of a plant or a park: from every way to lose containment to individual and societal risk."""
