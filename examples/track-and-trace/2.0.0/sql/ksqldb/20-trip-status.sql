-- The output port tripStatus: a table, the latest status of each trip.
--   schema_id_tripStatus  the id of the schema registered for the port: the sink keeps to that version and registers none.
CREATE TABLE trip_status_v2 WITH (
  KAFKA_TOPIC = '${topic_prefix}trip-status-v2',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_ID = ${schema_id_tripStatus}
) AS
SELECT
  trip_key,
  LATEST_BY_OFFSET(`tripId`) AS `tripId`,
  LATEST_BY_OFFSET(`tripStatus`) AS `status`,
  LATEST_BY_OFFSET(`timestamp`) AS `changedAt`
FROM trip_events_v2
GROUP BY trip_key
EMIT CHANGES;
