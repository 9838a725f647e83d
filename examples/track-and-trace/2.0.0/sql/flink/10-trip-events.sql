-- The input port as a table. Variables, filled in before the statement is sent:
--   bootstrap_servers, schema_registry_url  from the environment
--   topic_prefix                            from the task's configurations
-- Group offsets: a new job of the same group goes on where the former one committed; the very first one starts at the beginning.
CREATE TEMPORARY TABLE trip_events (
  `tripId` STRING NOT NULL,
  `tripStatus` STRING NOT NULL,
  `longitude` DOUBLE,
  `latitude` DOUBLE,
  `timestamp` TIMESTAMP(3) NOT NULL
) WITH (
  'connector' = 'kafka',
  'topic' = '${topic_prefix}trip-events',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.auto.offset.reset' = 'earliest',
  'scan.startup.mode' = 'group-offsets',
  'value.format' = 'avro-confluent',
  'value.avro-confluent.url' = '${schema_registry_url}'
);
