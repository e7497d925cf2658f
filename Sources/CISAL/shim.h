#include <isa-l/crc.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// ISA-L is made for long runs; on the tens of bytes of an event its preparations cost more than
// the sum. There the processor's own instruction is used, eight bytes at a time.
#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static inline uint32_t
hf_crc32c_instruction(const uint8_t *bytes, size_t count, uint32_t state) {
    uint64_t wide = state;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    uint32_t narrow = (uint32_t)wide;
    if (count & 4) {
        uint32_t word;
        memcpy(&word, bytes, 4);
        narrow = __builtin_ia32_crc32si(narrow, word);
        bytes += 4;
    }
    if (count & 2) {
        uint16_t word;
        memcpy(&word, bytes, 2);
        narrow = __builtin_ia32_crc32hi(narrow, word);
        bytes += 2;
    }
    if (count & 1) narrow = __builtin_ia32_crc32qi(narrow, *bytes);
    return narrow;
}

// Passes over frames that are sound: four bytes of their own length, little-endian, four of the
// CRC-32C of what follows. Returns where the first one begins that is not, or is longer than ISA-L
// takes at once, or the end. A call from Swift for each frame would cost as much as its sum.
__attribute__((target("sse4.2"))) static inline size_t
hf_frames_instruction(const uint8_t *bytes, size_t offset, size_t end, size_t smallest,
                      uint64_t *count) {
    uint64_t passed = 0;
    while (end - offset >= smallest) {
        uint32_t length, sum;
        memcpy(&length, bytes + offset, 4);
        memcpy(&sum, bytes + offset + 4, 4);
        if (length < smallest || length > end - offset || length > 1 << 30) break;
        const uint8_t *covered = bytes + offset + 8;
        const size_t left = length - 8;
        const uint32_t state = left <= 256
            ? hf_crc32c_instruction(covered, left, ~(uint32_t)0)
            : crc32_iscsi((unsigned char *)covered, (int)left, ~(uint32_t)0);
        if (~state != sum) break;
        offset += length;
        passed++;
    }
    *count = passed;
    return offset;
}

static inline size_t hf_frames(const uint8_t *bytes, size_t offset, size_t end, size_t smallest,
                               uint64_t *count) {
    *count = 0;
    return __builtin_cpu_supports("sse4.2")
        ? hf_frames_instruction(bytes, offset, end, smallest, count)
        : offset;
}

static inline uint32_t hf_crc32c_short(const uint8_t *bytes, size_t count, uint32_t state) {
    return __builtin_cpu_supports("sse4.2")
        ? hf_crc32c_instruction(bytes, count, state)
        : crc32_iscsi((unsigned char *)bytes, (int)count, state);
}
#else
static inline size_t hf_frames(const uint8_t *bytes, size_t offset, size_t end, size_t smallest,
                               uint64_t *count) {
    *count = 0;
    return offset;
}

static inline uint32_t hf_crc32c_short(const uint8_t *bytes, size_t count, uint32_t state) {
    return crc32_iscsi((unsigned char *)bytes, (int)count, state);
}
#endif
