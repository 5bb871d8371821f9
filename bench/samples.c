/*
 * samples COUNT: that many made-up samples, about 360 bytes each, the same on every run.
 *
 * A dozen members of all types, with text that holds escapes and letters beyond ASCII; one in twenty lacks
 * risk_score, one in a hundred has void_active.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64*, after Sebastiano Vigna, "An experimental exploration of Marsaglia's xorshift generators" (2016). */
static uint64_t
draw(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1du >> 11) % below;
}

static double
unit(void)
{
	return (double)draw(1u << 30) / (1u << 30);
}

static const char *
pick(const char *const *words, size_t count)
{
	return words[draw(count)];
}

#define PICK(words) pick(words, sizeof(words) / sizeof((words)[0]))

static void
put_content(void)
{
	static const char *const words[] = {
		"reading", "the",         "parser",         "tests",   "fail",
		"again",   "in",          "config",         "now",     "running",
		"make",    "caf\xc3\xa9", "\\\"quoted\\\"", "done\\n", "file"};

	for (uint64_t n = 12 + draw(9); n > 0; n--)
		printf("%s%s", PICK(words), n > 1 ? " " : "");
}

static void
put_sample(uint64_t i)
{
	static const char *const specialties[] = {"code", "browser", "research", "review"};

	printf("{\"ts\":%.3f,\"type\":\"sample\",\"agent\":\"agent-%03d\",\"specialty\":\"%s\","
	       "\"turn\":%d,",
	       1700000000.0 + (double)i * 0.037, (int)draw(1000), PICK(specialties),
	       (int)draw(400));
	printf("\"content\":\"");
	put_content();
	printf("\",\"meta\":{\"host\":\"node-%02d\",\"load\":[%.2f,%.2f,%.2f],\"beta\":%s},",
	       (int)draw(40), unit() * 4, unit() * 4, unit() * 4, draw(2) ? "true" : "false");
	printf("\"parent\":null,\"tokens\":%d,\"coherence\":%.6f,", (int)draw(200000), unit());
	if (draw(20) > 0)
		printf("\"risk_score\":%.8f,", unit() * 0.5);
	printf("\"void_active\":%s}\n", draw(100) > 0 ? "false" : "true");
}

int
main(int argc, char **argv)
{
	uint64_t count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;

	if (count == 0) {
		fprintf(stderr, "usage: samples COUNT\n");
		return 64;
	}
	for (uint64_t i = 0; i < count; i++)
		put_sample(i);
	return fclose(stdout) != 0;
}
