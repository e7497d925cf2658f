#ifndef HOLDFAST_CSIMDJSON_H
#define HOLDFAST_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A simdjson DOM parser with its document and a padded copy of the input, all of them reused.
typedef struct holdfast_json_parser holdfast_json_parser;

/// What went wrong; the values are stable, unlike simdjson's own.
enum {
    HOLDFAST_JSON_OK = 0,
    HOLDFAST_JSON_EMPTY = 1,
    HOLDFAST_JSON_TOO_DEEP = 2,
    HOLDFAST_JSON_NO_MEMORY = 3,
    HOLDFAST_JSON_BAD_NUMBER = 4,
    HOLDFAST_JSON_BAD_STRING = 5,
    HOLDFAST_JSON_BAD_UTF8 = 6,
    HOLDFAST_JSON_BAD_LITERAL = 7,
    HOLDFAST_JSON_BAD_STRUCTURE = 8,
};

/// The parsed document: simdjson's tape and its string buffer. Valid until the next parse.
/// The format of the tape is simdjson's doc/tape.md; it is also described in JSONValue.swift.
typedef struct {
    const uint64_t *words;
    size_t word_count;
    const uint8_t *strings;
    size_t string_bytes;
} holdfast_json_document;

/// Makes a parser for documents nested at most `maximum_depth` deep; NULL without memory.
holdfast_json_parser *holdfast_json_create(size_t maximum_depth);

/// Frees a parser and its document.
void holdfast_json_destroy(holdfast_json_parser *parser);

/// Parses `count` bytes. On success fills `document`; otherwise leaves it empty.
int holdfast_json_parse(
    holdfast_json_parser *parser,
    const uint8_t *bytes,
    size_t count,
    holdfast_json_document *document);

#ifdef __cplusplus
}
#endif

#endif
