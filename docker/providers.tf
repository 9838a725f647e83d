# What the mirror in the worker's image holds.
terraform {
  required_providers {
    kafka = {
      source  = "Mongey/kafka"
      version = "0.13.1"
    }
  }
}
