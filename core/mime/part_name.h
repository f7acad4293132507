/* The file name of a part as its sender meant it. */
#ifndef SCEAU_MIME_PART_NAME_H
#define SCEAU_MIME_PART_NAME_H

#include "core/mime/gmime_auto.h"

/* Cleaned for display (SEC-43), or NULL. */
char *part_name(GMimeObject *leaf);
#endif
