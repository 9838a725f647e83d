output "topics" {
  description = "Names of the topics by port."
  value = {
    tripStatus   = kafka_topic.trip_status.name
    tripPosition = kafka_topic.trip_position.name
  }
}
