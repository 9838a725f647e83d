module steward.local/kafka-provider

go 1.26.8

replace git.apache.org/thrift.git => github.com/apache/thrift v0.0.0-20180902110319-2566ecd5d999
