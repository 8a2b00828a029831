#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdint.h>

/// Enqueues one record, copying key and value. A size of -1 is Kafka's null; a size of 0 is an empty value, whatever the pointer.
/// `headers` passes to librdkafka on success only. A whole list is used because single headers crash librdkafka 2.0.2 on an unknown partition.
static inline rd_kafka_error_t *crdkafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition,
    const void *key, int64_t key_size, const void *value, int64_t value_size,
    rd_kafka_headers_t *headers, intptr_t token) {
    rd_kafka_vu_t arguments[7] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY},
        {.vtype = RD_KAFKA_VTYPE_VALUE},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)token},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    if (key_size >= 0) {
        arguments[3].u.mem.ptr = (void *)(key ? key : "");
        arguments[3].u.mem.size = (size_t)key_size;
    }
    if (value_size >= 0) {
        arguments[4].u.mem.ptr = (void *)(value ? value : "");
        arguments[4].u.mem.size = (size_t)value_size;
    }
    return rd_kafka_produceva(client, arguments, headers ? 7 : 6);
}
