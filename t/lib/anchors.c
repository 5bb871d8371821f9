/* Words found in texts, against a search that looks at every place for each of them. */
#include "report/anchors.h"
#include "base/buf.h"
#include "tap.h"

enum { WORDS = 400, MOST_FOUND = 1 << 16 };

struct seen {
	uint32_t word[MOST_FOUND];
	size_t offset[MOST_FOUND], count;
};

static struct seen seen;

static void
on_word(void *arg, uint32_t word, size_t offset)
{
	struct seen *s = arg;

	if (s->count == MOST_FOUND)
		return;
	s->word[s->count] = word;
	s->offset[s->count++] = offset;
}

static const struct seen *
scan(const struct anchors *a, struct str text)
{
	seen.count = 0;
	anchors_scan(a, text, on_word, &seen);
	return &seen;
}

static void
test_bounds(void)
{
	struct anchors a = ANCHORS_INIT;
	char word[90];
	uint32_t lock = anchors_add(&a, STR("lock"));

	is_int(anchors_add(&a, STR("lock")), lock, "the same word has the same number");
	anchors_add(&a, STR("lock_held"));
	anchors_build(&a);
	is_int((long long)scan(&a, STR(""))->count, 0, "nothing in an empty text");
	is_int((long long)scan(&a, STR("loc"))->count, 0, "nothing in one shorter than a word");
	is_int((long long)scan(&a, STR("lock"))->count, 1, "a word that is the text");
	is_int((long long)scan(&a, STR("(lock)lock=lock"))->count, 3,
	       "at the start, the end and between");
	is_int((long long)scan(&a, STR("block locks lock_ lock\xc3\xa9 \xc3\xa9lock $lock lock1"))
	               ->count,
	       0, "not where letters touch it");
	ok(scan(&a, STR("x.lock_held()"))->count == 1 && seen.word[0] != lock &&
	           seen.offset[0] == 2,
	   "the longer of two words, not the one that it begins with");
	anchors_release(&a);

	a = (struct anchors)ANCHORS_INIT;
	memset(word, 'x', sizeof(word));
	anchors_add(&a, (struct str){word, 80});
	anchors_add(&a, (struct str){word, 90});
	anchors_build(&a);
	is_int((long long)scan(&a, (struct str){word, 90})->count, 1, "words of any length");
	is_int((long long)scan(&a, (struct str){word, 85})->count, 0, "but no part of them");
	anchors_release(&a);

	a = (struct anchors)ANCHORS_INIT;
	anchors_build(&a);
	is_int((long long)scan(&a, STR("lock"))->count, 0, "nothing where no word is looked for");
	anchors_release(&a);
}

static uint32_t state = 12345;

static uint32_t
draw(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

/* Of few letters, so that words begin, hold and follow one another. */
static void
put_word(struct buf *b, uint32_t most)
{
	for (uint32_t n = ANCHOR_SHORTEST + draw(most); n > 0; n--)
		buf_byte(b, "ab_$\xc3"[draw(5)]);
}

static bool
is_letter(char c)
{
	return c != ' ' && c != '.';
}

static size_t
count_naively(struct str text, struct str word)
{
	size_t n = 0;

	for (size_t i = 0; i + word.len <= text.len; i++)
		n += memcmp(text.ptr + i, word.ptr, word.len) == 0 &&
		     (i == 0 || !is_letter(text.ptr[i - 1])) &&
		     (i + word.len == text.len || !is_letter(text.ptr[i + word.len]));
	return n;
}

static void
test_many(uint32_t most)
{
	struct anchors a = ANCHORS_INIT;
	struct buf b = BUF_INIT, text = BUF_INIT;
	size_t wrong = 0, found = 0;

	for (int i = 0; i < WORDS; i++) {
		buf_reset(&b);
		put_word(&b, most);
		anchors_add(&a, buf_view(&b));
	}
	for (int i = 0; i < 4000; i++) {
		put_word(&text, most);
		buf_byte(&text, " ."[draw(2)]);
	}
	anchors_build(&a);
	scan(&a, buf_view(&text));
	for (size_t i = 0; i < seen.count; i++) {
		struct str word = a.word[seen.word[i]];

		wrong += !str_starts(str_from(buf_view(&text), seen.offset[i]), word);
	}
	for (size_t i = 0; i < a.count; i++)
		found += count_naively(buf_view(&text), a.word[i]);
	ok(wrong == 0 && found == seen.count && found > 20,
	   "%zu words of up to %u letters: %zu of %zu found", a.count, ANCHOR_SHORTEST + most - 1,
	   seen.count, found);
	anchors_release(&a);
	buf_release(&b);
	buf_release(&text);
}

int
main(void)
{
	test_bounds();
	test_many(2);
	test_many(4);
	return done_testing();
}
