// What the modes share.
#pragma once
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

enum call_kind {
    CALL_WRITE,
    CALL_SYNC,
    CALL_TRUNCATE,
    CALL_ALLOCATE,
    CALL_OPEN,
    CALL_OPEN_DIRECTORY,
    CALL_MAKE_DIRECTORY,
    CALL_REMOVE,
    CALL_REMOVE_DIRECTORY,
    CALL_RENAME,
    CALL_EXCHANGE,
    CALL_MAP,
};

/// A call as the program makes it.
struct call {
    enum call_kind kind;
    const char *name;
    /// The file, or -1 where the call names a path.
    int descriptor;
    const char *path;
    /// The new name of a rename, the other name of an exchange.
    const char *target;
    /// What a write writes, and where; -1 for the place where the file stands.
    const struct iovec *parts;
    int count;
    off_t offset;
    /// Bytes of a truncation or an allocation.
    off_t size;
    /// Flags of an open.
    int flags;
};

/// One thing that can be done to calls.
struct mode {
    void (*begin)(void);
    /// Looks at a call before it is made. Returns 0 to let it happen; otherwise the call returns
    /// `*result`, with errno set where that is negative.
    int (*before)(const struct call *call, ssize_t *result);
    /// Looks at a call that was made; a negative result means that it failed.
    void (*after)(const struct call *call, ssize_t result);
    void (*end)(void);
};

extern const struct mode die_mode, fail_mode, record_mode;

/// Makes a write, but no more than its first `limit` bytes.
ssize_t write_some(const struct call *call, size_t limit);
/// How many bytes a write writes.
size_t length_of(const struct call *call);
/// The bytes of a write of which a kill or a full disk may leave only these: about half, whole
/// pages or whole parts; 0 where it has no middle.
size_t half_of(const struct call *call);
/// The path of an open file; empty where there is none.
void path_of(int descriptor, char *path, size_t size);
