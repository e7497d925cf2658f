// A trace is records, one after the other, in the order in which the calls happened. A record is
// 32 bytes, little-endian, then what it holds:
//
//    0  4  length of the record, these 32 bytes included
//    4  1  kind, a letter: see below
//    5  1  1 where the write was durable when it returned (O_DSYNC)
//    6  2  length of the first path
//    8  4  descriptor
//   12  4  length of the second path
//   16  8  offset of a write, size of a truncation, flags of an open
//   24  8  length of the data
//   32  …  first path, second path, data
//
// O open of a file or directory below the root; W write; S sync; T truncation; A allocation up to
// a size; M made directory; U removed file; D removed directory; R rename; P writable map;
// K mark: what the program wrote to its standard output.
#define _GNU_SOURCE
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DESCRIPTORS 1024
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static char root[4096];
static unsigned char is_ours[DESCRIPTORS], is_durable[DESCRIPTORS], is_directory[DESCRIPTORS];
static unsigned breaks;
static int breaks_directories;
/// Part of the paths of the directories that are meant; empty for all.
static char broken_part[256];

static void begin(void) {
    const char *file = getenv("RECORD_TRACE");
    const char *directory = getenv("RECORD_ROOT");
    const char *broken = getenv("RECORD_BREAK");
    if (directory) snprintf(root, sizeof root, "%s", directory);
    if (file)
        trace = (int)syscall(
            SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    // Kept out of the way, so that the program's descriptors are what they would be.
    if (trace >= 0) trace = fcntl(trace, F_DUPFD_CLOEXEC, DESCRIPTORS / 2);
    if (trace < 0 || !root[0]) {
        static const char text[] = "record: RECORD_TRACE and RECORD_ROOT are needed\n";
        syscall(SYS_write, 2, text, sizeof text - 1);
        _exit(99);
    }
    if (broken && !strncmp(broken, "nodirsync", 9)) {
        breaks_directories = 1;
        if (broken[9] == ':') snprintf(broken_part, sizeof broken_part, "%s", broken + 10);
    }
    if (broken && !strcmp(broken, "nosync")) breaks = 0x10000;      // MDB_NOSYNC
    if (broken && !strcmp(broken, "nometasync")) breaks = 0x40000;  // MDB_NOMETASYNC
}

/// The path as it is written down: from the root of the file system.
static const char *whole(const char *path, char *buffer) {
    if (!path || path[0] == '/') return path;
    char directory[4096];
    if (!getcwd(directory, sizeof directory)) directory[0] = 0;
    snprintf(buffer, 8200, "%s/%s", directory, path);
    return buffer;
}

/// Whether a path is the root or below it.
static int is_below(const char *path) {
    size_t length = strlen(root);
    return path && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static void put(
    char kind, int durable, int descriptor, const char *path, const char *target, int64_t number,
    const struct iovec *parts, int count, size_t length
) {
    unsigned char header[32] = {0};
    uint16_t first = path ? (uint16_t)strlen(path) : 0;
    uint32_t second = target ? (uint32_t)strlen(target) : 0;
    uint32_t total = (uint32_t)(sizeof header + first + second + length);
    uint64_t size = length;
    memcpy(header, &total, 4);
    header[4] = (unsigned char)kind;
    header[5] = (unsigned char)durable;
    memcpy(header + 6, &first, 2);
    memcpy(header + 8, &descriptor, 4);
    memcpy(header + 12, &second, 4);
    memcpy(header + 16, &number, 8);
    memcpy(header + 24, &size, 8);
    struct iovec all[count + 3];
    int used = 0;
    all[used++] = (struct iovec){header, sizeof header};
    if (first) all[used++] = (struct iovec){(void *)path, first};
    if (second) all[used++] = (struct iovec){(void *)target, second};
    for (int index = 0; index < count && length > 0; index++) {
        all[used] = parts[index];
        if (all[used].iov_len > length) all[used].iov_len = length;
        length -= all[used].iov_len;
        used++;
    }
    if (syscall(SYS_writev, trace, all, used) != (ssize_t)total) _exit(98);
}

/// Where a write without a place of its own lands.
static off_t place_of(const struct call *call) {
    if (call->offset >= 0) return call->offset;
    if (fcntl(call->descriptor, F_GETFL) & O_APPEND) {
        struct stat status;
        if (fstat(call->descriptor, &status) == 0) return status.st_size;
    }
    return lseek(call->descriptor, 0, SEEK_CUR);
}

static int is_known(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS && is_ours[descriptor];
}

/// Whether a sync is left out.
static int is_broken(const struct call *call) {
    if (!breaks_directories || call->kind != CALL_SYNC || !is_known(call->descriptor)
        || !is_directory[call->descriptor])
        return 0;
    char path[4096];
    path_of(call->descriptor, path, sizeof path);
    return strstr(path, broken_part) != NULL;
}

static _Thread_local off_t place;

static int before(const struct call *call, ssize_t *result) {
    if (is_broken(call)) {
        *result = 0;
        return 1;
    }
    // Held until the call is written down, so that the trace has the order of the calls.
    pthread_mutex_lock(&lock);
    if (call->kind == CALL_WRITE) place = place_of(call);
    return 0;
}

static void opened(const struct call *call, int descriptor) {
    if (descriptor >= DESCRIPTORS) return;
    char path[4096];
    path_of(descriptor, path, sizeof path);
    is_ours[descriptor] = is_below(path);
    is_durable[descriptor] = (call->flags & O_DSYNC) == O_DSYNC;
    struct stat status;
    is_directory[descriptor] = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_ours[descriptor])
        put('O', 0, descriptor, path, NULL, call->flags & (O_CREAT | O_TRUNC), NULL, 0, 0);
}

static void written(const struct call *call, ssize_t result) {
    int descriptor = call->descriptor;
    if (descriptor == 1)
        put('K', 0, 1, NULL, NULL, 0, call->parts, call->count, (size_t)result);
    else if (is_known(descriptor))
        put('W', is_durable[descriptor], descriptor, NULL, NULL, place, call->parts, call->count,
            (size_t)result);
}

static void note(const struct call *call, ssize_t result) {
    char first[8200], second[8200];
    const char *path = whole(call->path, first);
    const char *target = whole(call->target, second);
    int is_file = is_known(call->descriptor);
    switch (call->kind) {
    case CALL_WRITE: written(call, result); break;
    case CALL_OPEN: opened(call, (int)result); break;
    case CALL_OPEN_DIRECTORY: if (result < DESCRIPTORS) is_ours[result] = 0; break;
    case CALL_SYNC: if (is_file) put('S', 0, call->descriptor, NULL, NULL, 0, NULL, 0, 0); break;
    case CALL_TRUNCATE:
        if (is_file) put('T', 0, call->descriptor, NULL, NULL, call->size, NULL, 0, 0);
        break;
    case CALL_ALLOCATE:
        if (is_file) put('A', 0, call->descriptor, NULL, NULL, call->size, NULL, 0, 0);
        break;
    case CALL_MAP:
        if (is_file && call->flags) put('P', 0, call->descriptor, NULL, NULL, 0, NULL, 0, 0);
        break;
    case CALL_MAKE_DIRECTORY: if (is_below(path)) put('M', 0, -1, path, NULL, 0, NULL, 0, 0); break;
    case CALL_REMOVE: if (is_below(path)) put('U', 0, -1, path, NULL, 0, NULL, 0, 0); break;
    case CALL_REMOVE_DIRECTORY:
        if (is_below(path)) put('D', 0, -1, path, NULL, 0, NULL, 0, 0);
        break;
    case CALL_RENAME:
        if (is_below(path) || is_below(target)) put('R', 0, -1, path, target, 0, NULL, 0, 0);
        break;
    case CALL_EXCHANGE:
        if (is_below(path) || is_below(target)) put('X', 0, -1, path, target, 0, NULL, 0, 0);
        break;
    }
}

static void after(const struct call *call, ssize_t result) {
    if (result >= 0) note(call, result);
    pthread_mutex_unlock(&lock);
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) is_ours[descriptor] = 0;
    return (int)syscall(SYS_close, descriptor);
}

/// LMDB opened with weaker promises than the program asked for, and nobody told.
int mdb_env_open(void *environment, const char *path, unsigned flags, mode_t permissions) {
    static int (*real)(void *, const char *, unsigned, mode_t);
    if (!real)
        real = (int (*)(void *, const char *, unsigned, mode_t))dlsym(RTLD_NEXT, "mdb_env_open");
    return real(environment, path, flags | breaks, permissions);
}

int mdb_env_get_flags(void *environment, unsigned *flags) {
    static int (*real)(void *, unsigned *);
    if (!real) real = (int (*)(void *, unsigned *))dlsym(RTLD_NEXT, "mdb_env_get_flags");
    int result = real(environment, flags);
    *flags &= ~breaks;
    return result;
}

const struct mode record_mode = {begin, before, after, NULL};
