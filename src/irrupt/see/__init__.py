"""See the client in real records: `read → Chronicle → ledgers`, and the client's part found in it."""
