"""Text that leaves the collection: records of a bibliography in the formats that others read. Pure; knows no store."""
