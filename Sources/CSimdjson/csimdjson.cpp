#include "csimdjson.h"

#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

using namespace simdjson;

struct holdfast_json_parser {
    dom::parser parser{SIMDJSON_MAXSIZE_BYTES};
    std::unique_ptr<uint8_t[]> input;
    size_t input_capacity = 0;
    size_t maximum_depth = 0;
};

static int translate(error_code error) {
    switch (error) {
    case SUCCESS: return HOLDFAST_JSON_OK;
    case EMPTY: return HOLDFAST_JSON_EMPTY;
    case DEPTH_ERROR: return HOLDFAST_JSON_TOO_DEEP;
    case MEMALLOC: return HOLDFAST_JSON_NO_MEMORY;
    case NUMBER_ERROR:
    case NUMBER_OUT_OF_RANGE: return HOLDFAST_JSON_BAD_NUMBER;
    case STRING_ERROR:
    case UNESCAPED_CHARS:
    case UNCLOSED_STRING: return HOLDFAST_JSON_BAD_STRING;
    case UTF8_ERROR: return HOLDFAST_JSON_BAD_UTF8;
    case T_ATOM_ERROR:
    case F_ATOM_ERROR:
    case N_ATOM_ERROR: return HOLDFAST_JSON_BAD_LITERAL;
    default: return HOLDFAST_JSON_BAD_STRUCTURE;
    }
}

// Makes room for `count` bytes of input and what simdjson may read behind them.
static bool reserve(holdfast_json_parser *parser, size_t count) {
    if (count <= parser->input_capacity && parser->input) return true;
    size_t capacity = parser->input_capacity < 4096 ? 4096 : parser->input_capacity;
    while (capacity < count) capacity *= 2;
    parser->input_capacity = 0;
    parser->input.reset(new (std::nothrow) uint8_t[capacity + SIMDJSON_PADDING]);
    if (!parser->input) return false;
    std::memset(parser->input.get(), ' ', capacity + SIMDJSON_PADDING);
    if (parser->parser.allocate(capacity, parser->maximum_depth) != SUCCESS) return false;
    parser->input_capacity = capacity;
    return true;
}

extern "C" holdfast_json_parser *holdfast_json_create(size_t maximum_depth) {
    auto *parser = new (std::nothrow) holdfast_json_parser;
    if (parser) parser->maximum_depth = maximum_depth;
    return parser;
}

extern "C" void holdfast_json_destroy(holdfast_json_parser *parser) { delete parser; }

extern "C" int holdfast_json_parse(
    holdfast_json_parser *parser,
    const uint8_t *bytes,
    size_t count,
    holdfast_json_document *document) {
    *document = {nullptr, 0, nullptr, 0};
    if (count == 0) return HOLDFAST_JSON_EMPTY;
    if (!reserve(parser, count)) return HOLDFAST_JSON_NO_MEMORY;
    std::memcpy(parser->input.get(), bytes, count);
    std::memset(parser->input.get() + count, ' ', SIMDJSON_PADDING);
    dom::element root;
    auto error = parser->parser.parse(parser->input.get(), count, false).get(root);
    if (error) return translate(error);
    const dom::document &parsed = parser->parser.doc;
    document->words = parsed.tape.get();
    // The first word names the number of words; no document has more than its capacity allows.
    document->word_count = size_t(parsed.tape[0] & UINT64_C(0x00FFFFFFFFFFFFFF));
    document->strings = parsed.string_buf.get();
    document->string_bytes = SIMDJSON_ROUNDUP_N(5 * parser->input_capacity / 3, 64);
    return HOLDFAST_JSON_OK;
}
