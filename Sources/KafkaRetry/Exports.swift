// Topics, records, headers and policies are this module's vocabulary: users import KafkaRetry alone.
@_exported public import RetryCore
