variable "topic_prefix" {
  description = "Put before every topic name, so that several copies of the product can live on one broker."
  type        = string
  default     = ""
}

variable "partitions" {
  description = "Partitions of each topic. More can be added later, fewer cannot; adding moves keys to other partitions."
  type        = number
  default     = 3
}

variable "replication_factor" {
  description = "Copies of each partition."
  type        = number
  default     = 1
}
