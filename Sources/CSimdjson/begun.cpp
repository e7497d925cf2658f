int holdfast_simdjson_begun(void) { return 0; }
