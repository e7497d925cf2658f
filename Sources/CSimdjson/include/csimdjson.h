int holdfast_simdjson_begun(void);
