#define _GNU_SOURCE
#include "die_at_call.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long last_call;
static atomic_int is_counting = 1;
static char first_directory[256];
static char count_file[4096];

__attribute__((constructor)) static void arm(void) {
    const char *wanted = getenv("DIE_AT_CALL");
    const char *file = getenv("DIE_AT_COUNT");
    last_call = wanted ? atol(wanted) : 0;
    const char *after = getenv("DIE_AT_AFTER");
    if (file) snprintf(count_file, sizeof count_file, "%s", file);
    if (after) snprintf(first_directory, sizeof first_directory, "%s", after);
    if (after) is_counting = 0;
    unsetenv("LD_PRELOAD");
    unsetenv("DIE_AT_CALL");
    unsetenv("DIE_AT_COUNT");
    unsetenv("DIE_AT_AFTER");
}

__attribute__((destructor)) static void tell(void) {
    if (!count_file[0]) return;
    FILE *file = fopen(count_file, "w");
    if (!file) return;
    fprintf(file, "%ld\n", atomic_load(&calls));
    fclose(file);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/// Whether this call is the one; counts it.
static int is_last(void) {
    return is_counting && atomic_fetch_add(&calls, 1) + 1 == last_call;
}

static void point(void) {
    if (is_last()) die();
}

// Standard streams are no part of what must survive.
static int is_file(int descriptor) { return descriptor > 2; }

/// Half of a write in whole pages: a kill ends a write between two pages, never within one.
static size_t half_of_bytes(size_t count, off_t offset) {
    off_t end = (offset + (off_t)(count / 2)) & ~(off_t)4095;
    return end > offset ? (size_t)(end - offset) : 0;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    if (is_file(descriptor)) {
        size_t half = half_of_bytes(count, offset);
        point();
        if (half && is_last()) {
            syscall(SYS_pwrite64, descriptor, bytes, half, offset);
            die();
        }
    }
    return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (is_file(descriptor)) {
        size_t half = half_of_bytes(count, 0);
        point();
        if (half && is_last()) {
            syscall(SYS_write, descriptor, bytes, half);
            die();
        }
    }
    return syscall(SYS_write, descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (is_file(descriptor)) {
        point();
        if (count > 1 && is_last()) {
            syscall(SYS_writev, descriptor, parts, count / 2);
            die();
        }
    }
    return syscall(SYS_writev, descriptor, parts, count);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    if (is_file(descriptor)) {
        point();
        if (count > 1 && is_last()) {
            syscall(SYS_pwritev, descriptor, parts, count / 2, offset, 0);
            die();
        }
    }
    return syscall(SYS_pwritev, descriptor, parts, count, offset, 0);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(descriptor, parts, count, offset);
}

int fdatasync(int descriptor) {
    point();
    return (int)syscall(SYS_fdatasync, descriptor);
}

int fsync(int descriptor) {
    point();
    return (int)syscall(SYS_fsync, descriptor);
}

int rename(const char *from, const char *to) {
    point();
    return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags) {
    point();
    return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

int symlink(const char *target, const char *path) {
    point();
    return (int)syscall(SYS_symlinkat, target, AT_FDCWD, path);
}

int mkdir(const char *path, mode_t mode) {
    if (!is_counting && strstr(path, first_directory)) is_counting = 1;
    point();
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int unlink(const char *path) {
    point();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rmdir(const char *path) {
    point();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int ftruncate(int descriptor, off_t size) {
    point();
    return (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int (*real_fallocate)(int, off_t, off_t);

int posix_fallocate(int descriptor, off_t offset, off_t size) {
    point();
    if (!real_fallocate)
        real_fallocate = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, "posix_fallocate");
    return real_fallocate(descriptor, offset, size);
}
