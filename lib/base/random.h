/*
 * Chance, for whoever spreads things so that they do not happen together; no secret.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

/* A number from [0, 1), each as likely; 0.5 where the system has none to give. */
double random_unit(void);

/* A key that nobody else draws: 32 hexadecimal digits, and a NUL. */
enum { RANDOM_KEY = 33 };
void random_key(char key[static RANDOM_KEY]);

#endif
