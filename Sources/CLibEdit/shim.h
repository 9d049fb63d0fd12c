// libedit's native interface; its variadic functions are wrapped in CTerminal.
#include <stdio.h>
#include <histedit.h>
