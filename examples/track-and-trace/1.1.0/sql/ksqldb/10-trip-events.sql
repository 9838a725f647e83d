-- The input port as a stream. Variables: topic_prefix from the task's configurations.
-- ksqlDB knows its servers itself. Names in back-quotes keep the case of the Avro fields.
-- All queries of these files read from the first event that the broker still has; ksqlDB's own default is to begin with the next one.
SET 'auto.offset.reset' = 'earliest';

CREATE STREAM trip_events (
  trip_key VARCHAR KEY,
  `tripId` VARCHAR,
  `tripStatus` VARCHAR,
  `longitude` DOUBLE,
  `latitude` DOUBLE,
  `timestamp` TIMESTAMP
) WITH (
  KAFKA_TOPIC = '${topic_prefix}trip-events',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
);
