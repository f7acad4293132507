#include "fcgi/serve.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/store/tally.h"
#include "fcgi/routes.h"
#include "fcgi/support.h"

typedef struct {
    Context ctx;
    const Channel *channel;
    Request *req;
    Response *res;
    Visitor *visitor;
    struct Trust *trust; /* of the moment, to the end of the request */
} Job;

static void
job_clear(Job *job)
{
    visitor_free(job->visitor);
    response_free(job->res);
    request_free(job->req);
    world_trust_free(job->trust);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

static void
job_language(Job *job)
{
    const Site *site = job->ctx.site;
    const char *language = NULL;
    if (job->ctx.world.account != NULL)
        language = language_known(job->ctx.world.account->language);
    if (language == NULL && job->req != NULL)
        language = access_language(site, job->req);
    if (language == NULL)
        language = language_choose(
            job->req != NULL ? job->req->accept_language : NULL);
    job->ctx.language = language;
    job->ctx.words = site_words(site, language);
}

static gboolean
job_identify(Job *job, GError **error)
{
    Context *ctx = &job->ctx;
    job->visitor = access_identify(ctx->site, ctx->world.db, job->req,
                                   ctx->world.now, error);
    if (job->visitor == NULL)
        return FALSE;
    ctx->visitor = job->visitor;
    ctx->world.account = job->visitor->account;
    ctx->world.session = job->visitor->session;
    job_language(job);
    return TRUE;
}

/* Which accounts they act on is core/admin/office's to say. */
static gboolean
job_has_role(const Account *account, const Route *route, GError **error)
{
    Role least = ROLE_STAFF;
    if (route->access & ACCESS_HELPDESK)
        least = ROLE_HELPDESK;
    if (route->access & ACCESS_ADMIN)
        least = ROLE_ADMINISTRATOR;
    if (least == ROLE_STAFF || account_has_role(account, least))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                        "access: not with the role of this account");
    return FALSE;
}

static gboolean
job_may(const Job *job, const Route *route, GError **error)
{
    const World *world = &job->ctx.world;
    if ((route->access & ACCESS_USER) && world->account == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_SIGN_IN,
                            "access: not signed in");
        return FALSE;
    }
    if ((route->access & ACCESS_SECURE) &&
        !account_need_secure(world->account, error))
        return FALSE;
    if (!job_has_role(world->account, route, error))
        return FALSE;
    if (route->access & ACCESS_MARKS)
        return access_check_purpose(job->req, error);
    return TRUE;
}

/* The body is read only after origin and session were found good. */
static gboolean
job_body(Job *job, const Route *route, GError **error)
{
    Request *req = job->req;
    if (req->content_length > route->body_max) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "request: body too long for this page");
        return FALSE;
    }
    guint8 *data = g_malloc(MAX(req->content_length, 1));
    g_autoptr(GBytes) body = g_bytes_new_take(data, req->content_length);
    if (!job->channel->read(job->channel->user, data, req->content_length)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_EXPIRED,
                            "request: the body came too late or incomplete");
        return FALSE;
    }
    return request_take_body(req, body, error);
}

/* A process that serves no mail has nothing to trust. */
static gboolean
job_trust(Job *job, GError **error)
{
    World *world = &job->ctx.world;
    TrustKeeper *keeper = job->ctx.site->trust;
    if (keeper == NULL)
        return TRUE;
    job->trust = world_keeper_take(keeper, world->db, world->now, error);
    world->trust = job->trust;
    return job->trust != NULL;
}

static gboolean
job_run(Job *job, GError **error)
{
    gboolean other_method = FALSE;
    const Route *route = routes_find(job->req, &other_method, error);
    if (route == NULL) {
        if (other_method)
            response_status(job->res, 405);
        /* So that the error page looks as it does for the signed in. */
        job_identify(job, NULL);
        return FALSE;
    }
    if (!(route->access & ACCESS_ALONE) && !job_identify(job, error))
        return FALSE;
    gboolean post = route->method == METHOD_POST;
    if ((post && !access_check_origin(job->ctx.site, job->req, error)) ||
        !job_may(job, route, error) ||
        (post && !job_body(job, route, error)) ||
        (post && !access_check_token(job->visitor, job->req, error)))
        return FALSE;
    if (!route->page(&job->ctx, job->req, job->res, error))
        return FALSE;
    if (job->visitor != NULL && job->visitor->new_visit &&
        job->visitor->session == NULL)
        access_set_visit(job->res, job->ctx.site, job->visitor->visit);
    return TRUE;
}

static void
job_fail(Job *job, const GError *error)
{
    g_autofree char *code = support_of_error(&job->ctx, job->req, error);
    log_event("request-failed", "reference", code, "error",
              app_error_name(app_error_code(error)), "path",
              job->req != NULL ? job->req->path : NULL, "problem",
              error->message, NULL);
    /* What was half streamed can only be cut short. */
    if (response_has_begun(job->res))
        return;
    guint status = response_get_status(job->res);
    response_reset(job->res);
    if (status == 405)
        response_status(job->res, status);
    page_error(&job->ctx, job->req, job->res, error, code);
}

/* After the answer is out, so that it costs nobody time. What is only a way
 * to the sign-in form, or an address of nothing, is no failure. */
static void
job_count(const Job *job, const GError *shown)
{
    AppError code = app_error_code(shown);
    g_autoptr(GError) error = NULL;
    if (shown == NULL || job->ctx.world.account == NULL ||
        code == APP_ERROR_SIGN_IN || code == APP_ERROR_NOT_FOUND)
        return;
    if (!tally_add_code(job->ctx.world.db, "failure-", app_error_name(code),
                        job->ctx.world.now, &error))
        log_error("tally", error);
}

static void
job_end(const Job *job)
{
    if (job->channel->end == NULL)
        return;
    World world = job->ctx.world;
    if (job->req == NULL || job->req->method != METHOD_GET)
        world.session = NULL;
    job->channel->end(job->channel->user, &world);
}

void
serve(const Site *site, Db *db, char *const *envp, const Channel *channel,
      gint64 now)
{
    g_auto(Job) job = {
        .ctx = {.site = site,
                .world = {.config = site->config,
                          .db = db,
                          .server_key = site->server_key,
                          .pool = site->pool,
                          .now = now}},
        .channel = channel,
    };
    job.res = response_new(site, channel->write, channel->user);
    g_autoptr(GError) error = NULL;
    job.req = request_new(envp, site->config->base_path, &error);
    job_language(&job);
    if (job.req == NULL || !job_trust(&job, &error) || !job_run(&job, &error))
        job_fail(&job, error);
    response_send(job.res);
    job_end(&job);
    job_count(&job, error);
}
