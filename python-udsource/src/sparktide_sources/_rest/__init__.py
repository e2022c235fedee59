"""The source `rest`: its options, requests, pages, records and rows."""
