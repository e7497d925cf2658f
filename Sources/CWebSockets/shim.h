#include <libwebsockets.h>
#include <string.h>

/// How many bytes lws_write wants to own before what it is given.
static inline size_t hf_space_before(void) { return LWS_PRE; }

/// Fills the list of one protocol, of which every callback goes to `route`.
static inline void hf_set_protocols(struct lws_protocols *two, lws_callback_function *route) {
    memset(two, 0, 2 * sizeof(*two));
    two[0].name = "default";
    two[0].callback = route;
    two[0].rx_buffer_size = 1 << 16;
}

/// Makes a context without a host; `descriptors` bounds what it looks after.
static inline struct lws_context *hf_make_context(void *user, unsigned int descriptors,
                                                  int speaks_tls) {
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    if (speaks_tls) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.user = user;
    info.gid = (gid_t)-1;
    info.uid = (uid_t)-1;
    info.fd_limit_per_thread = descriptors;
    info.pt_serv_buf_size = 1 << 16;
    // Venues set long cookies; the library's own limit is 4096 bytes.
    info.max_http_header_data = 1 << 14;
    return lws_create_context(&info);
}

/// Makes the one host of a context. It neither listens, nor asks a proxy, nor pings by itself.
static inline struct lws_vhost *hf_make_host(struct lws_context *context,
                                             const struct lws_protocols *protocols,
                                             int is_server, const char *authorities,
                                             unsigned int seconds) {
    static const lws_retry_bo_t never;
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof(info));
    info.port = is_server ? CONTEXT_PORT_NO_LISTEN_SERVER : CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
    info.vhost_name = "default";
    info.http_proxy_address = "";
    info.retry_and_idle_policy = &never;
    info.timeout_secs = seconds;
    info.connect_timeout_secs = seconds;
    if (authorities) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.client_ssl_ca_filepath = authorities;
    }
    return lws_create_vhost(context, &info);
}

/// Lets a host wait for a descriptor, which it closes in the end; reads and writes are ours.
static inline struct lws *hf_watch(struct lws_vhost *host, int descriptor, void *tag) {
    lws_adopt_desc_t info;
    memset(&info, 0, sizeof(info));
    info.vh = host;
    info.type = LWS_ADOPT_RAW_FILE_DESC;
    info.fd.filefd = descriptor;
    info.vh_prot_name = "default";
    info.opaque = tag;
    return lws_adopt_descriptor_vhost_via_info(&info);
}

/// Begins to open a WebSocket to the address of a host; NULL where it failed at once.
static inline struct lws *hf_connect(struct lws_context *context, struct lws_vhost *host,
                                     const char *address, int port, int speaks_tls,
                                     const char *authority, const char *target, void *tag) {
    static const lws_retry_bo_t never;
    struct lws_client_connect_info info;
    memset(&info, 0, sizeof(info));
    info.context = context;
    info.vhost = host;
    info.address = address;
    info.port = port;
    info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
    if (speaks_tls) info.ssl_connection |= LCCSCF_USE_SSL;
    info.host = authority;
    info.path = target;
    info.alpn = "http/1.1";
    info.local_protocol_name = "default";
    info.ietf_version_or_minus_one = -1;
    info.opaque_user_data = tag;
    info.retry_and_idle_policy = &never;
    return lws_client_connect_via_info(&info);
}

/// Closes a connection at the next turn of the loop; safe within its own callbacks.
static inline void hf_kill(struct lws *wsi) {
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/// Ends a wait of the loop at a time, and every wait after it until it is set again.
struct hf_alarm {
    lws_sorted_usec_list_t entry;
    struct lws_context *context;
};

/// The library may find an alarm due after a wait was asked for and before it begins. It is taken
/// from the list then, and a wait without an alarm lasts until something is received: for ever,
/// where nothing is. So each alarm sets the next one.
static inline void hf_ring(lws_sorted_usec_list_t *entry) {
    struct hf_alarm *alarm = lws_container_of(entry, struct hf_alarm, entry);
    lws_sul_schedule(alarm->context, 0, entry, hf_ring, 1000);
}

/// Sets the time of an alarm anew: `microseconds` from now.
static inline void hf_set_alarm(struct hf_alarm *alarm, lws_usec_t microseconds) {
    lws_sul_schedule(alarm->context, 0, &alarm->entry, hf_ring, microseconds);
}
