-- The output port tripPosition: the history of positions, from the first event that the broker still has.
--   schema_id_tripPosition  the id of the schema registered for the port: the sink keeps to that version and registers none.
-- Loading, unloading and completion repeat the last position: only these three statuses carry a new one.
CREATE STREAM trip_position_v2 WITH (
  KAFKA_TOPIC = '${topic_prefix}trip-position-v2',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_ID = ${schema_id_tripPosition}
) AS
SELECT trip_key, `tripId`, `tripStatus` AS `status`, `longitude`, `latitude`, `timestamp` AS `reportedAt`
FROM trip_events_v2
WHERE `tripStatus` IN ('planned', 'position-notified', 'arrived-at-destination')
  AND `longitude` IS NOT NULL
  AND `latitude` IS NOT NULL
EMIT CHANGES;
