#include "report/phrases.h"

#include "base/hash.h"
#include "base/mem.h"

enum { ROOT = 0, NO_PHRASE = -1 };

struct phrase_node {
	uint32_t token, parent;
	uint32_t fail; /* the longest proper suffix that is a node */
	uint32_t
		dict; /* the longest one that ends a phrase not yet told of often enough, or ROOT */
	int32_t phrase;
};

struct phrase_edge {
	uint32_t from, token, to; /* to ROOT: the slot is free */
};

static struct phrase_edge *
edge_slot(const struct phrases *p, uint32_t from, uint32_t token)
{
	size_t i = hash_mix((uint64_t)from << 32 | token) & (p->edge_slots - 1);

	while (p->edge[i].to != ROOT && (p->edge[i].from != from || p->edge[i].token != token))
		i = (i + 1) & (p->edge_slots - 1);
	return &p->edge[i];
}

static void
edges_grow(struct phrases *p)
{
	struct phrase_edge *old = p->edge;
	size_t slots = p->edge_slots;

	p->edge_slots = slots ? slots * 2 : 32;
	p->edge = xcalloc(p->edge_slots, sizeof(*p->edge));
	for (size_t i = 0; i < slots; i++)
		if (old[i].to != ROOT)
			*edge_slot(p, old[i].from, old[i].token) = old[i];
	free(old);
}

static uint32_t
node_add(struct phrases *p, uint32_t parent, uint32_t token)
{
	GROW(p->node, p->nodes, p->node_cap);
	p->node[p->nodes] = (struct phrase_node){token, parent, ROOT, ROOT, NO_PHRASE};
	return (uint32_t)p->nodes++;
}

static void
start_add(struct phrases *p, uint32_t token)
{
	uint32_t h = token * 0x9e3779b1u >> 20;

	p->starts[h >> 6] |= 1ull << (h & 63);
}

static bool
may_start(const struct phrases *p, uint32_t token)
{
	uint32_t h = token * 0x9e3779b1u >> 20;

	return p->starts[h >> 6] >> (h & 63) & 1;
}

uint32_t
phrases_add(struct phrases *p, const struct token *token, size_t count)
{
	uint32_t at = ROOT;

	if (p->nodes == 0)
		node_add(p, ROOT, 0);
	start_add(p, token[0].id);
	for (size_t i = 0; i < count; i++) {
		struct phrase_edge *e;

		if (p->edges * 2 >= p->edge_slots)
			edges_grow(p);
		e = edge_slot(p, at, token[i].id);
		if (e->to == ROOT) {
			*e = (struct phrase_edge){at, token[i].id, node_add(p, at, token[i].id)};
			p->edges++;
		}
		at = e->to;
	}
	if (p->node[at].phrase == NO_PHRASE) {
		GROW(p->told, p->count, p->cap);
		p->node[at].phrase = (int32_t)p->count++;
	}
	return (uint32_t)p->node[at].phrase;
}

static uint32_t
step(const struct phrases *p, uint32_t at, uint32_t token)
{
	for (;;) {
		uint32_t to;

		if (at == ROOT && !may_start(p, token))
			return ROOT;
		to = edge_slot(p, at, token)->to;
		if (to != ROOT || at == ROOT)
			return to;
		at = p->node[at].fail;
	}
}

/* The nodes by depth: a node has a greater number than its parent, but not than all that are nearer to the root. */
static uint32_t *
by_depth(const struct phrases *p)
{
	uint32_t *depth = xcalloc(p->nodes, sizeof(*depth));
	uint32_t *first = xcalloc(p->nodes + 1, sizeof(*first));
	uint32_t *order = xcalloc(p->nodes, sizeof(*order));

	for (size_t i = 1; i < p->nodes; i++)
		depth[i] = depth[p->node[i].parent] + 1;
	for (size_t i = 0; i < p->nodes; i++)
		first[depth[i] + 1]++;
	for (size_t i = 1; i <= p->nodes; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < p->nodes; i++)
		order[first[depth[i]]++] = (uint32_t)i;
	free(depth);
	free(first);
	return order;
}

void
phrases_build(struct phrases *p)
{
	uint32_t *order;

	if (p->nodes == 0)
		return;
	order = by_depth(p);
	for (size_t i = 1; i < p->nodes; i++) {
		struct phrase_node *n = &p->node[order[i]];

		n->fail = n->parent == ROOT ? ROOT : step(p, p->node[n->parent].fail, n->token);
	}
	free(order);
}

/* The nearest suffix of AT, itself included, that still has something to tell; the way there is made shorter. */
static uint32_t
telling(struct phrases *p, uint32_t at, uint32_t most)
{
	uint32_t top = at, next;

	while (top != ROOT &&
	       (p->node[top].phrase == NO_PHRASE || p->told[p->node[top].phrase] >= most))
		top = p->node[top].dict;
	for (; at != top; at = next) {
		next = p->node[at].dict;
		p->node[at].dict = top;
	}
	return top;
}

void
phrases_scan(struct phrases *p, const struct token *text, size_t count, uint32_t most,
             void (*found)(void *arg, uint32_t phrase, size_t end), void *arg)
{
	uint32_t at = ROOT;

	for (size_t i = 0; i < p->nodes; i++)
		p->node[i].dict = p->node[i].fail;
	if (p->count > 0)
		memset(p->told, 0, p->count * sizeof(*p->told));
	for (size_t i = 0; i < count && p->nodes > 0; i++) {
		uint32_t t;

		at = step(p, at, text[i].id);
		for (t = at == ROOT ? ROOT : telling(p, at, most); t != ROOT;
		     t = telling(p, p->node[t].dict, most)) {
			p->told[p->node[t].phrase]++;
			found(arg, (uint32_t)p->node[t].phrase, i + 1);
		}
	}
}

void
phrases_release(struct phrases *p)
{
	free(p->node);
	free(p->edge);
	free(p->told);
	*p = (struct phrases)PHRASES_INIT;
}
