/*
 * What PEP 440 and PEP 508 say of the parts of a requirement.
 */
#ifndef PINS_PEP_H
#define PINS_PEP_H

#include "base/str.h"

/* Of the operator that S begins with, "==" and the like, the length; 0 where there is none. */
size_t pep_operator(struct str s);

/* Whether CLAUSE is an operator of LENGTH and a version that may stand after it. */
bool pep_clause(struct str clause, size_t length);

/* Whether MARKER is one: not what it means. */
bool pep_marker(struct str marker);

/* Whether S, without its brackets, is a list of extras; it may be empty. */
bool pep_extras(struct str s);

/* Whether NAME may be that of a package or an extra. */
bool pep_name(struct str name);

#endif
