#include <fcntl.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

// The C library shows these two to GNU programs only, which Swift's view of it is not.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle,
                    size_t needle_length);
extern int renameat2(int, const char *, int, const char *, unsigned int);

/// Lets two names change places at once; 2 is RENAME_EXCHANGE.
static inline int hf_exchange(const char *first, const char *second) {
    return renameat2(AT_FDCWD, first, AT_FDCWD, second, 2);
}
