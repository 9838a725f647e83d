# The names end with the major version, so that its topics stand beside those of version 1 for as long as that one is served.

# The latest status of every trip: compacted, so the newest record of a key stays for good.
resource "kafka_topic" "trip_status" {
  name               = "${var.topic_prefix}trip-status-v2"
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = {
    "cleanup.policy" = "compact"
  }
}

# The history of positions.
resource "kafka_topic" "trip_position" {
  name               = "${var.topic_prefix}trip-position-v2"
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = {
    "cleanup.policy" = "delete"
  }
}
