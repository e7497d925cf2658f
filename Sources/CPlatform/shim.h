#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>

// string.h hides it from all but GNU programs.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle,
                    size_t needle_length);
