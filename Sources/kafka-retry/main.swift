print("kafka-retry")
