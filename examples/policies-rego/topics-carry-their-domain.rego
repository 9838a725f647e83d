# What steward asks is the rule deny; input is what every policy sees (docs/policies.md).
package policies.topics

topics[change.address] := change.values.name if {
	some change in input.changes
	change.action == "create"
	change.values.type == "kafka_topic"
}

prefix := sprintf("%s-", [lower(input.product.info.domain)])

deny contains {
	"pointer": sprintf("/changes/%s", [address]),
	"message": sprintf("The topic %s does not begin with %s.", [name, prefix]),
	"hint": "Rename it in the Terraform module.",
	"evidence": [{"address": address, "topic": name}],
} if {
	some address, name in topics
	not startswith(name, prefix)
}

# Kafka takes . and _ for the same in the names of its metrics.
deny contains {
	"pointer": sprintf("/changes/%s", [one]),
	"message": sprintf("The topics %s and %s are one and the same in metrics.", [topics[one], topics[other]]),
	"evidence": [{"address": one, "topic": topics[one]}, {"address": other, "topic": topics[other]}],
} if {
	some one, other
	topics[one]
	topics[other]
	one < other
	topics[one] != topics[other]
	replace(topics[one], ".", "_") == replace(topics[other], ".", "_")
}
