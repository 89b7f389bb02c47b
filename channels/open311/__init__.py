"""Open311 GeoReport v2: city apps file matters and follow them, in XML and JSON."""
