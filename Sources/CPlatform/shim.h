#include <fcntl.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

// string.h hides it from all but GNU programs.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle,
                    size_t needle_length);

/// Lets two names change places at once. The C library declares it for GNU programs only, which
/// Swift's view of it is not; 2 is RENAME_EXCHANGE.
static inline int hf_exchange(const char *first, const char *second) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2U);
}
