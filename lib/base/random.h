/*
 * Chance, for whoever spreads things so that they do not happen together; no secret.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

/* A number from [0, 1), each as likely; 0.5 where the system has none to give. */
double random_unit(void);

#endif
