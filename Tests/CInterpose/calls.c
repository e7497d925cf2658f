#define _GNU_SOURCE
#include "calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct mode *mode;

__attribute__((constructor)) static void arm(void) {
    const char *wanted = getenv("INTERPOSE");
    if (wanted && !strcmp(wanted, "die")) mode = &die_mode;
    if (wanted && !strcmp(wanted, "fail")) mode = &fail_mode;
    if (wanted && !strcmp(wanted, "record")) mode = &record_mode;
    if (mode) mode->begin();
    unsetenv("LD_PRELOAD");
    unsetenv("INTERPOSE");
}

__attribute__((destructor)) static void disarm(void) {
    if (mode && mode->end) mode->end();
}

size_t length_of(const struct call *call) {
    size_t length = 0;
    for (int index = 0; index < call->count; index++) length += call->parts[index].iov_len;
    return length;
}

size_t half_of(const struct call *call) {
    if (call->count > 1) {
        size_t half = 0;
        for (int index = 0; index < call->count / 2; index++) half += call->parts[index].iov_len;
        return half;
    }
    off_t offset = call->offset < 0 ? 0 : call->offset;
    off_t end = (offset + (off_t)(length_of(call) / 2)) & ~(off_t)4095;
    return end > offset ? (size_t)(end - offset) : 0;
}

ssize_t write_some(const struct call *call, size_t limit) {
    struct iovec parts[call->count];
    int count = 0;
    for (; count < call->count && limit > 0; count++) {
        parts[count] = call->parts[count];
        if (parts[count].iov_len > limit) parts[count].iov_len = limit;
        limit -= parts[count].iov_len;
    }
    if (call->offset < 0) return syscall(SYS_writev, call->descriptor, parts, count);
    return syscall(SYS_pwritev, call->descriptor, parts, count, call->offset, 0);
}

void path_of(int descriptor, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
}

/// Makes a call that is looked at before and after.
#define LOOKED_AT(call, expression)                                         \
    ({                                                                      \
        ssize_t outcome = 0;                                                \
        if (!mode || !mode->before(&(call), &outcome)) {                    \
            outcome = (expression);                                         \
            int code = errno;                                               \
            if (mode && mode->after) mode->after(&(call), outcome);         \
            errno = code;                                                   \
        }                                                                   \
        outcome;                                                            \
    })

static ssize_t write_parts(
    const char *name, int descriptor, const struct iovec *parts, int count, off_t offset
) {
    struct call call = {CALL_WRITE, name, descriptor, NULL, NULL, parts, count, offset, 0, 0};
    return LOOKED_AT(call, write_some(&call, length_of(&call)));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    struct iovec part = {(void *)bytes, count};
    return write_parts("pwrite", descriptor, &part, 1, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    struct iovec part = {(void *)bytes, count};
    return write_parts("write", descriptor, &part, 1, -1);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    return write_parts("writev", descriptor, parts, count, -1);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts("pwritev", descriptor, parts, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(descriptor, parts, count, offset);
}

int fdatasync(int descriptor) {
    struct call call = {.kind = CALL_SYNC, .name = "fdatasync", .descriptor = descriptor};
    return (int)LOOKED_AT(call, syscall(SYS_fdatasync, descriptor));
}

int fsync(int descriptor) {
    struct call call = {.kind = CALL_SYNC, .name = "fsync", .descriptor = descriptor};
    return (int)LOOKED_AT(call, syscall(SYS_fsync, descriptor));
}

int ftruncate(int descriptor, off_t size) {
    struct call call = {
        .kind = CALL_TRUNCATE, .name = "ftruncate", .descriptor = descriptor, .size = size};
    return (int)LOOKED_AT(call, syscall(SYS_ftruncate, descriptor, size));
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int (*real_fallocate)(int, off_t, off_t);

int posix_fallocate(int descriptor, off_t offset, off_t size) {
    struct call call = {
        .kind = CALL_ALLOCATE,
        .name = "posix_fallocate",
        .descriptor = descriptor,
        .size = offset + size};
    if (!real_fallocate)
        real_fallocate = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, "posix_fallocate");
    // It returns its error, and not through errno.
    errno = 0;
    ssize_t outcome = LOOKED_AT(call, -real_fallocate(descriptor, offset, size));
    return outcome == -1 && errno ? errno : (int)-outcome;
}

static int open_file(const char *name, const char *path, int flags, mode_t permissions) {
    struct call call = {
        .kind = CALL_OPEN, .name = name, .descriptor = -1, .path = path, .flags = flags};
    return (int)LOOKED_AT(call, syscall(SYS_openat, AT_FDCWD, path, flags, permissions));
}

static mode_t permissions_of(int flags, va_list arguments) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t permissions = permissions_of(flags, arguments);
    va_end(arguments);
    return open_file("open", path, flags, permissions);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t permissions = permissions_of(flags, arguments);
    va_end(arguments);
    return open_file("open", path, flags, permissions);
}

DIR *opendir(const char *path) {
    struct call call = {
        .kind = CALL_OPEN_DIRECTORY, .name = "opendir", .descriptor = -1, .path = path};
    int descriptor = (int)LOOKED_AT(
        call, syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return descriptor < 0 ? NULL : fdopendir(descriptor);
}

int mkdir(const char *path, mode_t permissions) {
    struct call call = {
        .kind = CALL_MAKE_DIRECTORY, .name = "mkdir", .descriptor = -1, .path = path};
    return (int)LOOKED_AT(call, syscall(SYS_mkdirat, AT_FDCWD, path, permissions));
}

int unlink(const char *path) {
    struct call call = {.kind = CALL_REMOVE, .name = "unlink", .descriptor = -1, .path = path};
    return (int)LOOKED_AT(call, syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int rmdir(const char *path) {
    struct call call = {
        .kind = CALL_REMOVE_DIRECTORY, .name = "rmdir", .descriptor = -1, .path = path};
    return (int)LOOKED_AT(call, syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

int rename(const char *from, const char *to) {
    struct call call = {
        .kind = CALL_RENAME, .name = "rename", .descriptor = -1, .path = from, .target = to};
    return (int)LOOKED_AT(call, syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}

/// The program uses it to let two names change places.
int renameat2(int from, const char *old, int to, const char *new, unsigned int flags) {
    struct call call = {
        .kind = CALL_EXCHANGE, .name = "renameat2", .descriptor = -1, .path = old, .target = new};
    return (int)LOOKED_AT(call, syscall(SYS_renameat2, from, old, to, new, flags));
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (descriptor < 0)
        return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
    struct call call = {.kind = CALL_MAP, .name = "mmap", .descriptor = descriptor};
    call.flags = (protection & PROT_WRITE) && (flags & MAP_SHARED);
    return (void *)LOOKED_AT(
        call, syscall(SYS_mmap, address, length, protection, flags, descriptor, offset));
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    return mmap(address, length, protection, flags, fd, offset);
}
