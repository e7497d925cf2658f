#include <sys/statfs.h>
#include <sys/eventfd.h>
