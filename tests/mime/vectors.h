/* The shared vectors of the entity profile, as drafts. */
#ifndef SCEAU_TESTS_MIME_VECTORS_H
#define SCEAU_TESTS_MIME_VECTORS_H

#include <string.h>

#include "core/base/json.h"
#include "core/mime/address.h"
#include "core/mime/entity.h"

#define VECTOR_FOLDER "tests/data/entity"

static inline void
vector_people(const Json *form, const char *name, GPtrArray *out)
{
    const Json *list = json_get_array(form, name, NULL);
    for (gsize i = 0; list != NULL && i < json_array_length(list); i++) {
        const Json *one = json_array_item(list, i);
        g_ptr_array_add(out,
                        mailbox_new(json_get_text(one, "name", NULL),
                                    json_get_text(one, "address", NULL)));
    }
}

static inline void
vector_files(const Json *form, GPtrArray *out)
{
    const Json *list = json_get_array(form, "files", NULL);
    for (gsize i = 0; list != NULL && i < json_array_length(list); i++) {
        const Json *one = json_array_item(list, i);
        DraftFile *file = g_new0(DraftFile, 1);
        file->name = g_strdup(json_get_text(one, "name", NULL));
        file->type = g_strdup(json_get_text(one, "type", NULL));
        gsize size = 0;
        guchar *data =
            g_base64_decode(json_get_text(one, "data", NULL), &size);
        file->data = g_bytes_new_take(data, size);
        g_ptr_array_add(out, file);
    }
}

static inline Draft *
vector_draft(const Json *vector)
{
    const Json *form = json_member(vector, "form");
    const Json *from = json_member(form, "from");
    Draft *draft = draft_new();
    draft->from = mailbox_new(json_get_text(from, "name", NULL),
                              json_get_text(from, "address", NULL));
    vector_people(form, "to", draft->to);
    vector_people(form, "cc", draft->cc);
    vector_people(form, "bcc", draft->bcc);
    vector_files(form, draft->files);
    draft->subject = g_strdup(json_get_text(form, "subject", NULL));
    draft->text = g_strdup(json_get_text(form, "text", NULL));
    draft->in_reply_to = g_strdup(json_get_text(form, "in_reply_to", NULL));
    draft->references = g_strdup(json_get_text(form, "references", NULL));
    draft->message_id = g_strdup(json_get_text(vector, "message_id", NULL));
    json_int(json_member(vector, "date"), &draft->date);
    return draft;
}

static inline Protect
vector_protect(const Json *vector)
{
    const char *protect = json_get_text(vector, "protect", NULL);
    return strcmp(protect, "cipher") == 0 ? PROTECT_CIPHER : PROTECT_CLEAR;
}

typedef void (*VectorTest)(const char *name, const Json *vector,
                           Draft *draft);

/* Calls test with every vector; returns how many there are. */
static inline guint
vectors_each(VectorTest test)
{
    g_autoptr(GDir) dir = g_dir_open(VECTOR_FOLDER, 0, NULL);
    guint count = 0;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (!g_str_has_suffix(name, ".json"))
            continue;
        g_autofree char *path = g_build_filename(VECTOR_FOLDER, name, NULL);
        g_autofree char *text = NULL;
        gsize size = 0;
        g_assert_true(g_file_get_contents(path, &text, &size, NULL));
        g_autoptr(Json) vector = json_read(text, size, NULL);
        g_assert_nonnull(vector);
        g_autoptr(Draft) draft = vector_draft(vector);
        test(name, vector, draft);
        count++;
    }
    return count;
}

static inline gboolean
vector_sink(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_assert_cmpuint(size, <=, 64 * 1024);
    g_string_append_len(user, (const char *)data, (gssize)size);
    return TRUE;
}

static inline GString *
entity_string(const Entity *entity)
{
    GString *out = g_string_new(NULL);
    g_assert_true(entity_write(entity, vector_sink, out, NULL));
    return out;
}
#endif
