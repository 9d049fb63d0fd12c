#define _GNU_SOURCE
#include "CTerminal.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_once_t utf8_once = PTHREAD_ONCE_INIT;
static locale_t utf8;

static void make_utf8(void) {
  const char *names[] = {"C.UTF-8", "en_US.UTF-8", ""};
  for (size_t i = 0; i < sizeof names / sizeof *names && !utf8; i++)
    utf8 = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

bool ct_use_utf8(void) {
  pthread_once(&utf8_once, make_utf8);
  return utf8 && uselocale(utf8);
}

// wcwidth knows only the characters of the thread's locale, and a daemon's or a cron job's is often
// "C".
int ct_wcwidth(wchar_t character) {
  pthread_once(&utf8_once, make_utf8);
  if (!utf8) return wcwidth(character);
  locale_t before = uselocale(utf8);
  int width = wcwidth(character);
  uselocale(before);
  return width;
}

int ct_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int ct_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
