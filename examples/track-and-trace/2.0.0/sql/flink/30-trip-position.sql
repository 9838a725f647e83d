-- The output port tripPosition: the history of positions, one record for each.
-- The columns match the port's Avro schema (see 20-trip-status.sql).
CREATE TEMPORARY TABLE trip_position (
  `tripId` STRING NOT NULL,
  `status` STRING NOT NULL,
  `longitude` DOUBLE NOT NULL,
  `latitude` DOUBLE NOT NULL,
  `reportedAt` TIMESTAMP(3) NOT NULL
) WITH (
  'connector' = 'kafka',
  'topic' = '${topic_prefix}trip-position-v2',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'key.format' = 'raw',
  'key.fields' = 'tripId',
  'value.format' = 'avro-confluent',
  'value.fields-include' = 'ALL',
  'value.avro-confluent.url' = '${schema_registry_url}'
);

-- Loading, unloading and completion repeat the last position: only these three statuses carry a new one.
INSERT INTO trip_position
SELECT `tripId`, `tripStatus`, `longitude`, `latitude`, `timestamp`
FROM trip_events /*+ OPTIONS('properties.group.id' = '${topic_prefix}trackandtrace-v2-trip-position') */
WHERE `tripStatus` IN ('planned', 'position-notified', 'arrived-at-destination')
  AND `longitude` IS NOT NULL
  AND `latitude` IS NOT NULL;
