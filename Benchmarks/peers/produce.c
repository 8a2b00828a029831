/* What the retrying producer is measured beside: plain C on librdkafka, idempotent, acks=all, until all is acknowledged.
 *   cc -O2 produce.c -o produce $(pkg-config --cflags --libs rdkafka)
 *   produce BOOT TOPIC N SIZE [LINGER_MS [WINDOW]]     TOPIC must exist
 * Keys and values are those of `retry-bench fill`. One thread hands over and polls; each report is counted and checked, no more.
 * With a WINDOW at most so many are unacknowledged at a time, as with so many callers who wait for one message each.
 * Prints one JSON line. */
#include <librdkafka/rdkafka.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long acknowledged = 0;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static void fail(const char *what, const char *why) { fprintf(stderr, "%s: %s\n", what, why); exit(1); }
static void set(rd_kafka_conf_t *c, const char *k, const char *v) {
    char e[512];
    if (rd_kafka_conf_set(c, k, v, e, sizeof e) != RD_KAFKA_CONF_OK) fail(k, e);
}
static void reported(rd_kafka_t *p, const rd_kafka_message_t *m, void *opaque) {
    (void)p; (void)opaque;
    if (m->err) fail("delivery", rd_kafka_err2str(m->err));
    acknowledged++;
}

static void produce(rd_kafka_t *p, rd_kafka_topic_t *t, long number, char *value, size_t size) {
    char key[16];
    int length = snprintf(key, sizeof key, "k%ld", number % 1000);
    uint64_t big = __builtin_bswap64((uint64_t)number);
    memcpy(value, &big, 8);
    while (rd_kafka_produce(t, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, size, key, length, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(p, 5);
    }
}

int main(int argc, char **argv) {
    if (argc < 5) fail("usage", "produce BOOT TOPIC N SIZE [LINGER_MS [WINDOW]]");
    long n = atol(argv[3]), window = argc > 6 ? atol(argv[6]) : LONG_MAX;
    size_t size = (size_t)atol(argv[4]);
    if (size < 8) fail("SIZE", "must be 8 or more");
    if (window < 1) fail("WINDOW", "must be 1 or more");
    char e[512], *value = calloc(1, size);
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    set(c, "bootstrap.servers", argv[1]); set(c, "enable.idempotence", "true"); set(c, "linger.ms", argc > 5 ? argv[5] : "5");
    set(c, "queue.buffering.max.messages", "200000"); set(c, "queue.buffering.max.kbytes", "1048576");
    set(c, "partitioner", "murmur2_random");
    rd_kafka_conf_set_dr_msg_cb(c, reported);
    rd_kafka_t *p = rd_kafka_new(RD_KAFKA_PRODUCER, c, e, sizeof e);
    if (!p) fail("producer", e);
    rd_kafka_topic_t *t = rd_kafka_topic_new(p, argv[2], NULL);
    /* Connected, and told the number of partitions, before the time starts: as ours is. */
    produce(p, t, 0, value, size);
    while (acknowledged < 1) rd_kafka_poll(p, 10);
    double start = now();
    for (long i = 0; i < n; i++) {
        /* The message before these counts too. */
        while (i - (acknowledged - 1) >= window) rd_kafka_poll(p, 10);
        produce(p, t, i, value, size);
        if (i % 1000 == 0) rd_kafka_poll(p, 0);
    }
    while (acknowledged < n + 1) rd_kafka_poll(p, 10);
    double s = now() - start;
    printf("{\"peer\":\"librdkafka %s C producer\",\"records\":%ld,\"seconds\":%.3f,\"per_s\":%.0f}\n", rd_kafka_version_str(), n, s, n / s);
    rd_kafka_topic_destroy(t);
    rd_kafka_destroy(p);
    return 0;
}
