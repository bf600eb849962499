#!/bin/sh
# Makes Temporal's two databases and brings their schemas up to date; harmless when they already are. Runs in the
# admin-tools image, whose temporal-sql-tool reads the SQL_ variables that docker-compose.yml sets.
set -eu

for name in temporal visibility; do
  case "$name" in
    temporal) database=temporal ;;
    visibility) database=temporal_visibility ;;
  esac
  temporal-sql-tool --db "$database" create-database
  temporal-sql-tool --db "$database" setup-schema --version 0.0
  temporal-sql-tool --db "$database" update-schema --schema-dir "${SCHEMAS:-/etc/temporal/schema}/postgresql/v12/$name/versioned"
done
