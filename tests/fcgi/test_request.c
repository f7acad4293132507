#include "tests/base/expect.h"

#include "fcgi/request.h"

#define GET "REQUEST_METHOD=GET"
#define POST "REQUEST_METHOD=POST"

static Request *
read_env(const char *const *env, const char *base, GError **error)
{
    return request_new((char *const *)(guintptr)env, base, error);
}

static const struct {
    const char *name;
    const char *const env[8];
    int want; /* 0: taken */
} sound[] = {
    {"plain", {GET, "REQUEST_URI=/", NULL}, 0},
    {"no method", {"REQUEST_URI=/", NULL}, APP_ERROR_INPUT},
    {"another method",
     {"REQUEST_METHOD=DELETE", "REQUEST_URI=/", NULL},
     APP_ERROR_INPUT},
    {"method in small letters",
     {"REQUEST_METHOD=get", "REQUEST_URI=/", NULL},
     APP_ERROR_INPUT},
    {"no address", {GET, NULL}, APP_ERROR_INPUT},
    {"whole address as in a proxy request",
     {GET, "REQUEST_URI=http://x/", NULL},
     APP_ERROR_INPUT},
    {"listed parameter twice",
     {GET, "REQUEST_URI=/", "REQUEST_URI=/x", NULL},
     APP_ERROR_INPUT},
    {"the same twice",
     {GET, "REQUEST_URI=/", "REQUEST_URI=/", NULL},
     APP_ERROR_INPUT},
    {"unlisted parameter twice",
     {GET, "REQUEST_URI=/", "SERVER_NAME=a", "SERVER_NAME=b", NULL},
     APP_ERROR_INPUT},
    {"parameter without value",
     {GET, "REQUEST_URI=/", "HTTP_COOKIE", NULL},
     APP_ERROR_INPUT},
    {"line end in a parameter",
     {GET, "REQUEST_URI=/", "HTTP_ORIGIN=a\r\nb", NULL},
     APP_ERROR_INPUT},
    {"escape in a parameter",
     {GET, "REQUEST_URI=/\x1b[2J", NULL},
     APP_ERROR_INPUT},
    {"session cookie twice",
     {GET, "REQUEST_URI=/", "HTTP_COOKIE=sceau=a; sceau=b", NULL},
     APP_ERROR_INPUT},
    {"query field twice",
     {GET, "REQUEST_URI=/?a=1&a=2", NULL},
     APP_ERROR_INPUT},
    {"query not UTF-8", {GET, "REQUEST_URI=/?a=%ff", NULL}, APP_ERROR_INPUT},
    {"query with NUL", {GET, "REQUEST_URI=/?a=%00", NULL}, APP_ERROR_INPUT},
    {"query badly encoded",
     {GET, "REQUEST_URI=/?a=%4", NULL},
     APP_ERROR_INPUT},
    {"GET with a body",
     {GET, "REQUEST_URI=/", "CONTENT_LENGTH=1", NULL},
     APP_ERROR_INPUT},
    {"GET with an empty body",
     {GET, "REQUEST_URI=/", "CONTENT_LENGTH=0", NULL},
     0},
    {"POST without length", {POST, "REQUEST_URI=/", NULL}, APP_ERROR_INPUT},
    {"length with a sign",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=+1", NULL},
     APP_ERROR_INPUT},
    {"length below zero",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=-1", NULL},
     APP_ERROR_INPUT},
    {"length in hex",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=0x10", NULL},
     APP_ERROR_INPUT},
    {"length with a space",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH= 1", NULL},
     APP_ERROR_INPUT},
    {"length too long to be a number",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=99999999999999999999", NULL},
     APP_ERROR_INPUT},
    {"length at the cap",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=29360128", NULL},
     0},
    {"length above the cap",
     {POST, "REQUEST_URI=/", "CONTENT_LENGTH=29360129", NULL},
     APP_ERROR_TOO_LARGE},
};

static void
sec_49_only_sound_parameters_are_taken(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sound); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Request) got = read_env(sound[i].env, "/", &error);
        if (sound[i].want == 0)
            expect_fine(got != NULL, error, sound[i].name);
        else
            expect_app_error(error, (AppError)sound[i].want, sound[i].name);
    }
}

static void
sec_49_no_header_names_a_user_or_a_proxy(void **state)
{
    static const char *const env[] = {GET,
                                      "REQUEST_URI=/",
                                      "REMOTE_USER=root",
                                      "HTTP_REMOTE_USER=root",
                                      "HTTP_X_FORWARDED_FOR=1.2.3.4",
                                      "HTTP_X_REMOTE_USER=root",
                                      "HTTP_PROXY=http://evil/",
                                      "HTTP_HOST=evil",
                                      "AUTH_TYPE=Basic",
                                      "REMOTE_ADDR=192.0.2.1",
                                      NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(Request) got = read_env(env, "/", &error);
    expect_fine(got != NULL, error, "spoofed");
    assert_string_equal(got->remote, "192.0.2.1");
    /* Method, address and remote are all that was kept. */
    assert_int_equal(g_hash_table_size(got->parameters), 3);
}

static void
the_path_is_below_the_base_path(void **state)
{
    static const struct {
        const char *base, *uri, *want;
    } cases[] = {
        {"/", "REQUEST_URI=/mail/INBOX?page=2", "/mail/INBOX"},
        {"/", "REQUEST_URI=/mail/a%2Fb", "/mail/a%2Fb"},
        {"/webmail/", "REQUEST_URI=/webmail/sign-in", "/sign-in"},
        {"/webmail/", "REQUEST_URI=/webmail/", "/"},
        {"/webmail/", "REQUEST_URI=/webmailx/", NULL},
        {"/webmail/", "REQUEST_URI=/webmail", NULL},
        {"/webmail/", "REQUEST_URI=/other", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const env[] = {GET, cases[i].uri, NULL};
        g_autoptr(GError) error = NULL;
        g_autoptr(Request) got = read_env(env, cases[i].base, &error);
        if (cases[i].want != NULL) {
            expect_fine(got != NULL, error, cases[i].uri);
            assert_string_equal(got->path, cases[i].want);
        } else {
            expect_app_error(error, APP_ERROR_NOT_FOUND, cases[i].uri);
        }
    }
}

static gboolean
take(const char *type, const char *text, Request **out, GError **error)
{
    g_autofree char *length =
        g_strdup_printf("CONTENT_LENGTH=%u", (guint)strlen(text));
    g_autofree char *kind = g_strconcat("CONTENT_TYPE=", type, NULL);
    const char *const env[] = {POST, "REQUEST_URI=/", length, kind, NULL};
    *out = read_env(env, "/", error);
    if (*out == NULL)
        return FALSE;
    g_autoptr(GBytes) body = g_bytes_new_static(text, strlen(text));
    return request_take_body(*out, body, error);
}

static void
bodies_are_read_by_their_type(void **state)
{
    static const struct {
        const char *name, *type, *body;
        gboolean taken;
    } cases[] = {
        {"form", "application/x-www-form-urlencoded", "a=1&b=%C3%A9+x", TRUE},
        {"form with a charset",
         "application/x-www-form-urlencoded;charset=UTF-8", "a=1", TRUE},
        {"JSON", "application/json", "{\"a\":\"1\"}", TRUE},
        {"JSON cut short", "application/json", "{\"a\":", FALSE},
        {"JSON member twice", "application/json", "{\"a\":1,\"a\":2}", FALSE},
        {"field twice", "application/x-www-form-urlencoded", "a=1&a=2",
         FALSE},
        {"unknown type", "text/plain", "a=1", FALSE},
        {"type that only begins alike", "application/jsonx", "{}", FALSE},
        {"nothing", "text/plain", "", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Request) req = NULL;
        gboolean got = take(cases[i].type, cases[i].body, &req, &error);
        if (got != cases[i].taken)
            fail_msg("%s: %s", cases[i].name,
                     error != NULL ? error->message : "taken");
    }
}

static void
form_values_are_decoded(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Request) req = NULL;
    expect_fine(take("application/x-www-form-urlencoded",
                     "text=a%0D%0Ab+%26+%C3%A9&empty=&flag", &req, &error),
                error, "form");
    assert_string_equal(request_field(req, "text"), "a\r\nb & é");
    assert_string_equal(request_field(req, "empty"), "");
    assert_string_equal(request_field(req, "flag"), "");
    assert_null(request_field(req, "other"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_49_only_sound_parameters_are_taken),
        cmocka_unit_test(sec_49_no_header_names_a_user_or_a_proxy),
        cmocka_unit_test(the_path_is_below_the_base_path),
        cmocka_unit_test(bodies_are_read_by_their_type),
        cmocka_unit_test(form_values_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
