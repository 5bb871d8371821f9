/*
 * Corrections: what to tell an agent that is started again, by why it ended the last time.
 *
 *   looping: You repeated yourself. Take another way.
 *   exit 3: The test suite must pass before you finish.
 *   default: Your last attempt failed.
 */
#ifndef POLICY_CORRECTION_H
#define POLICY_CORRECTION_H

#include "rule/yaml.h"

/* FILE must be a map from words to texts; dies with EROS_CONFIG where it is not. */
void correction_check(const struct yaml_file *file);

/*
 * The text under EXACT ("exit 3"), else under DIAGNOSIS ("failed"), else under "default"; NULL where there is none.
 * NUL-terminated, lives as long as FILE.
 */
const char *correction_choose(const struct yaml_file *file, const char *exact,
                              const char *diagnosis);

#endif
