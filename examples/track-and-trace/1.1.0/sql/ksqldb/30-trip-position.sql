-- The output port tripPosition: the history of positions.
--   schema_id_tripPosition  the id of the schema registered for the port: the sink keeps to that version and registers none.
-- A stream from a SELECT can be replaced in place when a column comes at its end; an INSERT INTO could not.
-- Loading, unloading and completion repeat the last position: only these three statuses carry a new one.
CREATE STREAM trip_position WITH (
  KAFKA_TOPIC = '${topic_prefix}trip-position',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_ID = ${schema_id_tripPosition}
) AS
SELECT trip_key, `tripId`, `longitude`, `latitude`, `timestamp`, `tripStatus`
FROM trip_events
WHERE `tripStatus` IN ('planned', 'position-notified', 'arrived-at-destination')
  AND `longitude` IS NOT NULL
  AND `latitude` IS NOT NULL
EMIT CHANGES;
