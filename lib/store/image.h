/*
 * A scope outside of a store: as records, one for the scope, one for each row, one for each entry of its log.
 *
 *   {"type":"scope","scope":"registry/shop","version":12,"trimmed":3,"changed_at":1767225600.25}
 *   {"type":"row","scope":"registry/shop","key":"head","json":{"turn":4}}
 *   {"type":"entry","scope":"registry/shop","version":12,"number":0,"ts":1767225600.25,"json":{"do":"advance"}}
 *
 * What is a JSON object or array stands as it is under json, anything else as a string under text, which holds any
 * byte (see buf_quote). A row that expires has expires, in seconds of the store's clock. Nothing is lost either way.
 */
#ifndef STORE_IMAGE_H
#define STORE_IMAGE_H

#include "base/rowset.h"
#include "record/record.h"
#include "store/store.h"

struct store_image {
	struct buf scope;
	uint64_t version, trimmed;
	double changed;
	struct rowset rows;
	struct store_entry *entries; /* texts are its own */
	size_t count, cap;
};

#define STORE_IMAGE_INIT            \
	{                           \
		.rows = ROWSET_INIT \
	}

void image_release(struct store_image *image);

/* The scope as it is at one moment; what has expired is left out. */
int image_take(struct store *s, const char *scope, struct store_image *image);

/* Make it in S, where the scope must not be there: EROS_NO with nothing done where it is. */
int image_restore(struct store *s, const struct store_image *image);

/* Add its records to B, and read them back. */
void image_write(const struct store_image *image, struct buf *b);
void image_write_scope(const struct store_scope *scope, struct buf *b);
void image_write_entry(struct str scope, const struct store_entry *entry, struct buf *b);

enum image_reading {
	IMAGE_MORE,  /* it belongs to the image */
	IMAGE_OTHER, /* it begins another scope */
	IMAGE_BAD,   /* and *REASON, a constant, says why */
};

/* Take a record into the image. The first must be of type "scope"; one that begins another scope is not taken. */
enum image_reading image_read(struct store_image *image, const struct record *r,
                              struct buf *scratch, const char **reason);

#endif
