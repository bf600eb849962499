#!/bin/sh
# Makes the namespace once the server answers; harmless when it is there. Runs in the admin-tools image, whose temporal CLI
# reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

tries=60
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    echo "the Temporal server at $TEMPORAL_ADDRESS gave no answer" >&2
    exit 1
  fi
  sleep 2
done

temporal operator namespace describe >/dev/null 2>&1 ||
  temporal operator namespace create --retention "${RETENTION:-168h}"
