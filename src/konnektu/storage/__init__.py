"""The only doors to PostgreSQL and ClickHouse: servers, connections, migrations, workspaces' own databases."""
