-- The output port tripStatus: upsert by trip, so the topic keeps the latest status of each.
-- The columns match the port's Avro schema in name, order and nullability: so the sink writes under the registered version (the
-- executor names that schema to the table) instead of registering a schema of its own.
CREATE TEMPORARY TABLE trip_status (
  `tripId` STRING NOT NULL,
  `status` STRING NOT NULL,
  `changedAt` TIMESTAMP(3) NOT NULL,
  PRIMARY KEY (`tripId`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${topic_prefix}trip-status-v2',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'key.format' = 'raw',
  'value.format' = 'avro-confluent',
  'value.fields-include' = 'ALL',
  'value.avro-confluent.url' = '${schema_registry_url}'
);

-- One INSERT INTO = one job = one output port. Stateless: the order inside a partition is the order of a trip.
INSERT INTO trip_status
SELECT `tripId`, `tripStatus`, `timestamp`
FROM trip_events /*+ OPTIONS('properties.group.id' = '${topic_prefix}trackandtrace-v2-trip-status') */;
