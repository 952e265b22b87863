"""Results in the formats others read: GeoJSON, CF NetCDF and a picture."""
