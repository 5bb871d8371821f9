/*
 * What eros-health does, over cJSON: judge each line by void_active, risk_score and coherence, append health and
 * reason. As cJSON has it: parse into a tree, add to the tree, print the tree.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
judge(const cJSON *record, char reason[64])
{
	const cJSON *active = cJSON_GetObjectItemCaseSensitive(record, "void_active");
	const cJSON *risk = cJSON_GetObjectItemCaseSensitive(record, "risk_score");
	const cJSON *coherence = cJSON_GetObjectItemCaseSensitive(record, "coherence");

	if (cJSON_IsTrue(active)) {
		strcpy(reason, "void_active");
		return "critical";
	}
	if (cJSON_IsNumber(risk)) {
		double v = risk->valuedouble;

		snprintf(reason, 64, "risk_score %.15g %s", v,
		         v < 0.15   ? "< 0.15"
		         : v < 0.30 ? ">= 0.15"
		                    : ">= 0.3");
		return v < 0.15 ? "healthy" : v < 0.30 ? "degraded" : "critical";
	}
	if (cJSON_IsNumber(coherence)) {
		double v = coherence->valuedouble;

		snprintf(reason, 64, "coherence %.15g %s", v,
		         v >= 0.85   ? ">= 0.85"
		         : v >= 0.60 ? "< 0.85"
		                     : "< 0.6");
		return v >= 0.85 ? "healthy" : v >= 0.60 ? "degraded" : "critical";
	}
	strcpy(reason, "no metrics");
	return "degraded";
}

int
main(void)
{
	static char inbuf[128 << 10], outbuf[128 << 10], printed[1 << 20];
	char *line = NULL, reason[64];
	size_t cap = 0;
	ssize_t len;

	setvbuf(stdin, inbuf, _IOFBF, sizeof(inbuf));
	setvbuf(stdout, outbuf, _IOFBF, sizeof(outbuf));
	while ((len = getline(&line, &cap, stdin)) > 0) {
		cJSON *record = cJSON_ParseWithLength(line, (size_t)len);

		if (!record) {
			fprintf(stderr, "bad record\n");
			continue;
		}
		cJSON_AddStringToObject(record, "health", judge(record, reason));
		cJSON_AddStringToObject(record, "reason", reason);
		if (cJSON_PrintPreallocated(record, printed, sizeof(printed), 0))
			puts(printed);
		cJSON_Delete(record);
	}
	free(line);
	return fclose(stdout) != 0;
}
