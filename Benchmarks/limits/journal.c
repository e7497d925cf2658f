// What LMDB and the disk allow at best, in C: the limits that figures of the journal are held
// against. Records of 128 bytes, 64-bit integer keys, appended; the default sync unless noted.
//
//   journal commit DIR COUNT   one record a commit; prints p50 and p99 in nanoseconds
//   journal records DIR COUNT  1,024 records a commit; prints records a second
//   journal build DIR COUNT    makes the store that `scan` reads: 1,024 events in one record,
//                              each with its length and CRC-32C (unsynced: it is only read)
//   journal scan DIR           reads that store and checks every CRC; prints events a second
#define _GNU_SOURCE
#include <isa-l/crc.h>
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { EVENT = 128, GROUP = 1024 };

static void need(int status, const char *what) {
    if (status == 0) return;
    fprintf(stderr, "%s: %s\n", what, mdb_strerror(status));
    exit(1);
}

static int64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static MDB_env *open_store(const char *directory, unsigned flags, MDB_dbi *table) {
    MDB_env *store;
    MDB_txn *transaction;
    mkdir(directory, 0755);
    need(mdb_env_create(&store), "create");
    need(mdb_env_set_mapsize(store, (size_t)8 << 30), "map");
    need(mdb_env_open(store, directory, flags, 0644), "open");
    need(mdb_txn_begin(store, NULL, flags & MDB_RDONLY, &transaction), "begin");
    unsigned kind = flags & MDB_RDONLY ? 0 : MDB_INTEGERKEY;
    need(mdb_dbi_open(transaction, NULL, kind, table), "table");
    need(mdb_txn_commit(transaction), "commit");
    return store;
}

// An event that no compiler can foresee: a length, a checksum, and words of a xorshift.
static void write_event(unsigned char *place, uint64_t seed) {
    uint64_t word = seed * 0x9E3779B97F4A7C15u | 1;
    for (int offset = 8; offset < EVENT; offset += 8) {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        memcpy(place + offset, &word, 8);
    }
    uint32_t length = EVENT, sum = ~crc32_iscsi(place + 8, EVENT - 8, ~0u);
    memcpy(place, &length, 4);
    memcpy(place + 4, &sum, 4);
}

static void put_events(MDB_txn *transaction, MDB_dbi table, uint64_t number, int count) {
    MDB_val key = {sizeof number, &number}, value = {(size_t)count * EVENT, NULL};
    need(mdb_put(transaction, table, &key, &value, MDB_APPEND | MDB_RESERVE), "put");
    for (int index = 0; index < count; index++)
        write_event((unsigned char *)value.mv_data + index * EVENT, number + (uint64_t)index);
}

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

// Commits `count` times; a commit holds `records` records of `events` events each.
static void commit_all(MDB_env *store, MDB_dbi table, long count, int records, int events,
                       int64_t *times) {
    uint64_t number = 1;
    for (long index = 0; index < count; index++) {
        int64_t begun = clock_now();
        MDB_txn *transaction;
        need(mdb_txn_begin(store, NULL, 0, &transaction), "begin");
        for (int record = 0; record < records; record++, number += (uint64_t)events)
            put_events(transaction, table, number, events);
        need(mdb_txn_commit(transaction), "commit");
        if (times) times[index] = clock_now() - begun;
    }
}

static void scan(const char *directory) {
    MDB_dbi table;
    MDB_env *store = open_store(directory, MDB_RDONLY | MDB_NOLOCK, &table);
    MDB_txn *transaction;
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t events = 0, wrong = 0;
    need(mdb_txn_begin(store, NULL, MDB_RDONLY, &transaction), "begin");
    need(mdb_cursor_open(transaction, table, &cursor), "cursor");
    // The first pass maps the pages; the second is the one that counts.
    for (int pass = 0; pass < 2; pass++) {
        events = 0;
        int64_t begun = clock_now();
        int status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
        for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
            unsigned char *place = value.mv_data, *end = place + value.mv_size;
            while (place < end) {
                uint32_t length, sum;
                memcpy(&length, place, 4);
                memcpy(&sum, place + 4, 4);
                wrong += sum != ~crc32_iscsi(place + 8, (int)length - 8, ~0u);
                place += length;
                events++;
            }
        }
        int64_t taken = clock_now() - begun;
        if (pass == 1) printf("%.0f\n", (double)events * 1e9 / (double)taken);
    }
    if (wrong) need(MDB_CORRUPTED, "scan");
    mdb_cursor_close(cursor);
    mdb_txn_abort(transaction);
    mdb_env_close(store);
}

int main(int count, char **words) {
    if (count < 3) return 2;
    const char *mode = words[1], *directory = words[2];
    long amount = count > 3 ? atol(words[3]) : 1;
    MDB_dbi table;
    if (strcmp(mode, "scan") == 0) {
        scan(directory);
        return 0;
    }
    MDB_env *store = open_store(directory, strcmp(mode, "build") == 0 ? MDB_NOSYNC : 0, &table);
    if (strcmp(mode, "commit") == 0) {
        int64_t *times = calloc((size_t)amount, sizeof *times);
        if (!times) return 1;
        commit_all(store, table, amount, 1, 1, times);
        qsort(times, (size_t)amount, sizeof *times, ascending);
        printf("%ld %ld\n", (long)times[amount / 2], (long)times[amount * 99 / 100]);
        free(times);
    } else if (strcmp(mode, "records") == 0) {
        int64_t begun = clock_now();
        commit_all(store, table, amount, GROUP, 1, NULL);
        printf("%.0f\n", (double)amount * GROUP * 1e9 / (double)(clock_now() - begun));
    } else if (strcmp(mode, "build") == 0) {
        commit_all(store, table, amount / GROUP, 1, GROUP, NULL);
    } else {
        return 2;
    }
    mdb_env_close(store);
    return 0;
}
