// What Swift cannot call or may not run: libedit's variadic functions, signal handlers, hidden libc functions.
#ifndef CTERMINAL_H
#define CTERMINAL_H
#include <stddef.h>
#include <wchar.h>

// The columns that a character takes at a terminal, -1 when it cannot be shown.
int ct_wcwidth(wchar_t character);

#endif
