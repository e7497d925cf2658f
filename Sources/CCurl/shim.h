#include <curl/curl.h>

// Swift calls no function with variable arguments: one of these for each type of argument.

static inline CURLcode hf_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hf_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hf_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hf_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hf_curl_set_lines(CURL *handle, CURLoption option,
                                         struct curl_slist *lines) {
    return curl_easy_setopt(handle, option, lines);
}

static inline CURLcode hf_curl_set_receiver(CURL *handle, CURLoption option,
                                            curl_write_callback receiver) {
    return curl_easy_setopt(handle, option, receiver);
}

static inline CURLcode hf_curl_set_observer(CURL *handle, curl_debug_callback observer) {
    return curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, observer);
}

static inline CURLcode hf_curl_set_gate(CURL *handle, curl_prereq_callback gate) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, gate);
}

static inline CURLcode hf_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode hf_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
