#define _GNU_SOURCE
#include "CTerminal.h"

int ct_wcwidth(wchar_t character) { return wcwidth(character); }
