#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdint.h>
#ifdef __linux__
#include <sys/prctl.h>
#else
#include <pthread.h>
#endif

/// Names the calling thread for debuggers. Linux keeps 15 bytes.
static inline void crdkafka_name_thread(const char *name) {
#ifdef __linux__
    prctl(PR_SET_NAME, name);
#else
    pthread_setname_np(name);
#endif
}

/// Enqueues one record, copying key and value. A size of -1 is Kafka's null; a size of 0 is an empty value, whatever the pointer.
/// A timestamp
/// of 0 is now. `headers` passes to librdkafka on success only. A whole list is used because single headers crash librdkafka 2.0.2 on an unknown partition.
static inline rd_kafka_error_t *crdkafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition,
    const void *key, int64_t key_size, const void *value, int64_t value_size,
    rd_kafka_headers_t *headers, intptr_t token, int64_t timestamp) {
    rd_kafka_vu_t arguments[8] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY},
        {.vtype = RD_KAFKA_VTYPE_VALUE},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)token},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp},
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
    return rd_kafka_produceva(client, arguments, headers ? 8 : 7);
}

/// Lets the mock broker's next request of a kind fail, after those for which this was called before. Swift cannot call what takes any
/// number of arguments.
static inline rd_kafka_resp_err_t crdkafka_mock_push_broker_error(
    rd_kafka_mock_cluster_t *cluster, int32_t broker, int16_t api_key, rd_kafka_resp_err_t error) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, api_key, 1, error, 0);
}
