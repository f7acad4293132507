#include "fcgi/upkeep.h"

#include "core/base/log.h"
#include "core/mail/outgoing.h"

#define SWEEP_SECONDS 300

static void
sweep(Upkeep *upkeep, const World *world)
{
    if (world->now - upkeep->swept < SWEEP_SECONDS)
        return;
    g_autoptr(GError) error = NULL;
    upkeep->swept = world->now;
    if (!world_sweep(world->config, world->db, world->now, &error))
        log_error("sweep", error);
}

static void
retry(const World *world)
{
    g_autoptr(GError) error = NULL;
    if (world->session != NULL && !outgoing_retry_due(world, &error))
        log_error("retry", error);
}

void
upkeep_run(Upkeep *upkeep, const World *world)
{
    if (!g_atomic_int_compare_and_exchange(&upkeep->busy, 0, 1))
        return;
    sweep(upkeep, world);
    retry(world);
    g_atomic_int_set(&upkeep->busy, 0);
}
