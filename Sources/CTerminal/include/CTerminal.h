// What Swift cannot call or may not run: libedit's variadic functions, signal handlers, hidden libc functions.
#ifndef CTERMINAL_H
#define CTERMINAL_H
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

// The columns that a character takes at a terminal, -1 when it cannot be shown.
int ct_wcwidth(wchar_t character);

// Makes UTF-8 the calling thread's character encoding, whatever the process's locale is.
bool ct_use_utf8(void);

// An eventfd that neither blocks nor is inherited, -1 on failure.
int ct_eventfd(void);

#endif
