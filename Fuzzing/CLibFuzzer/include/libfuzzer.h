#pragma once
#include <stddef.h>
#include <stdint.h>

// The entry of libFuzzer, which the compiler's own runtime brings; it has no header of its own.
int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*one_input)(const uint8_t *data, size_t size));
