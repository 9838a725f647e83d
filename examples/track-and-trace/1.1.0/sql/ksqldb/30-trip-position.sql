-- The output port tripPosition: the history of positions.
--   schema_id_tripPosition  the id of the schema registered for the port; the columns of the value come from it.
CREATE STREAM trip_position (
  trip_key VARCHAR KEY
) WITH (
  KAFKA_TOPIC = '${topic_prefix}trip-position',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_ID = ${schema_id_tripPosition}
);

-- The id makes the query findable and lets it run once only. Loading, unloading and completion repeat the last position.
INSERT INTO trip_position WITH (QUERY_ID = 'TRIP_POSITION_WRITER')
SELECT trip_key, `tripId`, `longitude`, `latitude`, `timestamp`, `tripStatus`
FROM trip_events
WHERE `tripStatus` IN ('planned', 'position-notified', 'arrived-at-destination')
  AND `longitude` IS NOT NULL
  AND `latitude` IS NOT NULL
EMIT CHANGES;
