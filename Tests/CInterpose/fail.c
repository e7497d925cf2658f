#define _GNU_SOURCE
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long calls, failing;
static int error_number, is_short, is_lasting, has_failed;
static int log_file = -1;

static const struct {
    const char *name;
    int number;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}};

static void begin(void) {
    const char *at = getenv("FAIL_AT");
    const char *with = getenv("FAIL_WITH");
    const char *file = getenv("FAIL_LOG");
    failing = at ? atol(at) : 0;
    is_lasting = getenv("FAIL_ALWAYS") != NULL;
    is_short = with && !strcmp(with, "short");
    if (is_short) error_number = ENOSPC;
    for (size_t index = 0; with && index < sizeof errors / sizeof *errors; index++)
        if (!strcmp(with, errors[index].name)) error_number = errors[index].number;
    if (file)
        log_file = (int)syscall(
            SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

/// Whether the call is one that fails in the wanted way in the world.
static int can_fail(const struct call *call) {
    int changes = call->kind != CALL_OPEN || (call->flags & O_CREAT);
    switch (error_number) {
    case EMFILE: return call->kind == CALL_OPEN || call->kind == CALL_OPEN_DIRECTORY;
    case ENOMEM: return call->kind == CALL_MAP;
    case ENOSPC:
        if (is_short) return call->kind == CALL_WRITE;
        return changes && call->kind != CALL_MAP && call->kind != CALL_OPEN_DIRECTORY
            && call->kind != CALL_REMOVE && call->kind != CALL_REMOVE_DIRECTORY;
    default: return call->kind != CALL_MAP;
    }
}

static void tell(const struct call *call, long number) {
    if (log_file < 0) return;
    char path[4096], line[8400];
    if (call->descriptor >= 0) path_of(call->descriptor, path, sizeof path);
    else snprintf(path, sizeof path, "%s", call->target ? call->target : call->path);
    // An open that changes nothing is another thing than one that makes a file.
    const char *name = call->kind == CALL_OPEN && (call->flags & (O_CREAT | O_TRUNC))
        ? "create" : call->name;
    int length = snprintf(line, sizeof line, "%ld\t%s\t%s\n", number, name, path);
    syscall(SYS_write, log_file, line, (size_t)length);
}

static int fails(long number) {
    return failing && (number == failing || (is_lasting && number > failing));
}

static int before(const struct call *call, ssize_t *result) {
    if (call->kind == CALL_WRITE && call->descriptor <= 2) return 0;
    pthread_mutex_lock(&lock);
    long number = can_fail(call) ? ++calls : 0;
    tell(call, number);
    int is_failing = number && fails(number);
    int is_first = is_failing && !has_failed;
    has_failed |= is_failing;
    pthread_mutex_unlock(&lock);
    if (!is_failing) return 0;
    size_t half = is_short && is_first ? length_of(call) / 2 : 0;
    *result = half ? write_some(call, half) : -1;
    if (!half) errno = error_number;
    return 1;
}

/// A file system that is full for good says so when it is asked.
int statfs(const char *path, struct statfs *status) {
    static int (*real)(const char *, struct statfs *);
    if (!real) real = (int (*)(const char *, struct statfs *))dlsym(RTLD_NEXT, "statfs");
    int result = real(path, status);
    if (result == 0 && has_failed && is_lasting && error_number == ENOSPC) status->f_bavail = 0;
    return result;
}

const struct mode fail_mode = {begin, before, NULL, NULL};
