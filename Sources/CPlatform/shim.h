#include <fcntl.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

// The C library shows these to GNU programs only, which Swift's view of it is not. Types of headers
// that belong to that view are not named here: including them would make them this module's.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle,
                    size_t needle_length);
extern int renameat2(int, const char *, int, const char *, unsigned int);
extern int pipe2(int ends[2], int flags);
extern int accept4(int, void *address, unsigned int *size, int flags);
extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int first);

/// The first byte that is in no hole, at or behind `offset`; 3 is SEEK_DATA.
static inline off_t hf_next_data(int descriptor, off_t offset) {
    return lseek(descriptor, offset, 3);
}

/// Lets two names change places at once; 2 is RENAME_EXCHANGE.
static inline int hf_exchange(const char *first, const char *second) {
    return renameat2(AT_FDCWD, first, AT_FDCWD, second, 2);
}
