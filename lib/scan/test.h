/*
 * Inside of scan: the tests that stand beside a rule.
 *
 *   tests:
 *     match:
 *       - eval(x)                              some finding
 *       - code: |                              exactly in these lines
 *           y = 1
 *           eval(x)
 *         lines: [2]
 *       - files: {a.py: "...", b.py: "..."}    in several files
 *         lines: ["a.py:1"]
 *     clean:
 *       - ast.literal_eval(x)                  no finding
 */
#ifndef SCAN_TEST_H
#define SCAN_TEST_H

#include "scan/rule.h"

/* NODE, which may be NULL, must be of that form. */
void test_check(const struct yaml_file *file, const struct yaml *node);

#endif
