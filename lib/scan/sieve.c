/*
 * Bytes that occur in no text share one column of the table. A state's number is that of its row's first entry, so that a step
 * is one addition and one load; states in which something ends have the highest numbers, so that whether one does is
 * one comparison.
 */
#include "scan/sieve.h"

#include "base/mem.h"

#include <stdlib.h>

struct node {
	uint32_t child, sibling; /* 0: none */
	uint32_t fail;           /* the longest proper suffix that is a node too */
	uint32_t
		ends; /* the nearest node on the way of fails, itself included, with numbers; 0: none */
	uint32_t numbers; /* its first in the list of numbers, from 1 */
	uint32_t state;
	unsigned char byte;
};

struct number {
	unsigned value;
	uint32_t next;
};

struct sieve {
	struct node *node; /* the first is the root */
	size_t nodes, node_cap;
	struct number *number;
	size_t numbers, number_cap;
	uint16_t column[256]; /* of each byte */
	size_t columns;
	uint32_t *next;     /* by state and column */
	uint32_t first_end; /* the lowest state in which something ends */
	uint32_t *node_of;  /* by state / columns */
};

struct sieve *
sieve_new(void)
{
	struct sieve *s = xcalloc(1, sizeof(*s));

	GROW(s->node, s->nodes, s->node_cap);
	s->node[s->nodes++] = (struct node){0};
	s->columns = 1;
	return s;
}

void
sieve_free(struct sieve *s)
{
	if (!s)
		return;
	free(s->node);
	free(s->number);
	free(s->next);
	free(s->node_of);
	free(s);
}

static uint32_t
child_of(const struct sieve *s, uint32_t node, unsigned char byte)
{
	uint32_t c = s->node[node].child;

	while (c && s->node[c].byte != byte)
		c = s->node[c].sibling;
	return c;
}

void
sieve_add(struct sieve *s, struct str text, unsigned number)
{
	uint32_t at = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		uint32_t c = child_of(s, at, byte);

		if (!c) {
			GROW(s->node, s->nodes, s->node_cap);
			c = (uint32_t)s->nodes++;
			s->node[c] = (struct node){.byte = byte, .sibling = s->node[at].child};
			s->node[at].child = c;
			if (!s->column[byte])
				s->column[byte] = (uint16_t)s->columns++;
		}
		at = c;
	}
	GROW(s->number, s->numbers, s->number_cap);
	s->number[s->numbers++] = (struct number){number, s->node[at].numbers};
	s->node[at].numbers = (uint32_t)s->numbers;
}

/* All nodes, those nearer to the root first, with their fails. */
static uint32_t *
link_nodes(struct sieve *s)
{
	uint32_t *order = xreallocarray(NULL, s->nodes, sizeof(*order));
	size_t head = 0, tail = 0;

	order[tail++] = 0;
	while (head < tail) {
		uint32_t at = order[head++];
		struct node *n = &s->node[at];

		n->ends = n->numbers ? at : at ? s->node[n->fail].ends : 0;
		for (uint32_t c = n->child; c; c = s->node[c].sibling) {
			uint32_t fail = n->fail;

			while (at && fail && !child_of(s, fail, s->node[c].byte))
				fail = s->node[fail].fail;
			s->node[c].fail = at ? child_of(s, fail, s->node[c].byte) : 0;
			order[tail++] = c;
		}
	}
	return order;
}

void
sieve_ready(struct sieve *s)
{
	uint32_t *order = link_nodes(s);
	size_t row = 0;

	s->next = xcalloc(s->nodes * s->columns, sizeof(*s->next));
	s->node_of = xreallocarray(NULL, s->nodes, sizeof(*s->node_of));
	for (int ends = 0; ends < 2; ends++) {
		if (ends)
			s->first_end = (uint32_t)(row * s->columns);
		for (size_t i = 0; i < s->nodes; i++)
			if ((s->node[i].ends != 0) == ends) {
				s->node_of[row] = (uint32_t)i;
				s->node[i].state = (uint32_t)(row++ * s->columns);
			}
	}
	for (size_t i = 0; i < s->nodes; i++) {
		const struct node *n = &s->node[order[i]];
		uint32_t *next = s->next + n->state;

		if (order[i])
			memcpy(next, s->next + s->node[n->fail].state, s->columns * sizeof(*next));
		for (uint32_t c = n->child; c; c = s->node[c].sibling)
			next[s->column[s->node[c].byte]] = s->node[c].state;
	}
	free(order);
}

static void
tell(const struct sieve *s, uint32_t state, size_t end,
     void (*hit)(void *arg, unsigned number, size_t end), void *arg)
{
	uint32_t at = s->node[s->node_of[state / s->columns]].ends;

	for (; at; at = s->node[s->node[at].fail].ends)
		for (uint32_t n = s->node[at].numbers; n; n = s->number[n - 1].next)
			hit(arg, s->number[n - 1].value, end);
}

void
sieve_run(const struct sieve *s, struct str text,
          void (*hit)(void *arg, unsigned number, size_t end), void *arg)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	uint32_t state = 0;

	for (size_t i = 0; i < text.len; i++) {
		state = s->next[state + s->column[p[i]]];
		if (state >= s->first_end)
			tell(s, state, i + 1, hit, arg);
	}
}
