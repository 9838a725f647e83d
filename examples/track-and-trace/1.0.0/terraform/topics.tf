# What the systems in the field report. Kept for the broker's usual time.
resource "kafka_topic" "trip_events" {
  name               = "${var.topic_prefix}trip-events"
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = {
    "cleanup.policy" = "delete"
  }
}

# The latest status of every trip: compacted, so the newest record of a key stays for good.
resource "kafka_topic" "trip_status" {
  name               = "${var.topic_prefix}trip-status"
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = {
    "cleanup.policy" = "compact"
  }
}

# The history of positions.
resource "kafka_topic" "trip_position" {
  name               = "${var.topic_prefix}trip-position"
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = {
    "cleanup.policy" = "delete"
  }
}
