/*
 * For whom a message is encrypted: the first encrypted layer of what was
 * handed in, and its keys as JSON for the browser and for sceauctl.
 */
#ifndef SCEAU_MAIL_RECIPIENTS_H
#define SCEAU_MAIL_RECIPIENTS_H

#include "core/base/json.h"
#include "core/cms/enveloped_data.h"

/* The array of DESIGN §7, one object for each encrypted key. */
Json *recipients_json(const EnvelopedData *data);
/* One of its objects. */
Json *recipient_json(const Recipient *recipient);

/*
 * The CMS object of the first encrypted layer of file, a message or a bare
 * CMS object in DER or PEM, below signed and compressed ones; *out is NULL
 * where nothing is encrypted. forget as for judge_message(). FALSE beyond the
 * limits or if a layer on the way cannot be read.
 */
gboolean recipients_find_layer(GBytes *file,
                               void (*forget)(const guint8 *data, gsize size),
                               GBytes **out, GError **error);

#endif
