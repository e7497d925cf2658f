#include <fcntl.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

// The C library shows these to GNU programs only, which Swift's view of it is not.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle,
                    size_t needle_length);
extern int renameat2(int, const char *, int, const char *, unsigned int);

/// The first byte that is in no hole, at or behind `offset`; 3 is SEEK_DATA.
static inline off_t hf_next_data(int descriptor, off_t offset) {
    return lseek(descriptor, offset, 3);
}

/// Lets two names change places at once; 2 is RENAME_EXCHANGE.
static inline int hf_exchange(const char *first, const char *second) {
    return renameat2(AT_FDCWD, first, AT_FDCWD, second, 2);
}
