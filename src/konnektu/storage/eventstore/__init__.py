"""The role `store`: chDB, which belongs to one process, answering the ClickHouse HTTP protocol on loopback."""
