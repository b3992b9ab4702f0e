#pragma once

#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

// libcurl's setters and getters are variadic, which Swift cannot call. One typed function for each kind of argument.

static inline CURLcode stepcast_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode stepcast_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode stepcast_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode stepcast_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode stepcast_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*stepcast_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode stepcast_set_callback(CURL *easy, CURLoption option, stepcast_data_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode stepcast_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
