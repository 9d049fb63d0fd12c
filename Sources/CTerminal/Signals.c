#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "CTerminal.h"

// Windows. A slot holds an eventfd + 1, so that 0 is free.

enum { watched_count = 16 };
static _Atomic int watched[watched_count];

static void notice(int number) {
  int error = errno;
  uint64_t step = number == SIGCONT ? UINT64_C(1) << 32 : 1;
  for (int i = 0; i < watched_count; i++) {
    int slot = atomic_load(&watched[i]);
    if (slot) {
      ssize_t written = write(slot - 1, &step, sizeof step);
      (void)written;
    }
  }
  errno = error;
}

static void install_notices(void) {
  struct sigaction action = {.sa_handler = notice, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
}

bool ct_watch_window(int eventfd) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_notices);
  for (int i = 0; i < watched_count; i++) {
    int unused = 0;
    if (atomic_compare_exchange_strong(&watched[i], &unused, eventfd + 1)) return true;
  }
  return false;
}

void ct_unwatch_window(int eventfd) {
  for (int i = 0; i < watched_count; i++) {
    int mine = eventfd + 1;
    atomic_compare_exchange_strong(&watched[i], &mine, 0);
  }
}

// Modes. One terminal is kept at a time: a process has one.

static struct termios kept_modes;
static char kept_farewell[64];
static _Atomic int kept = -1;

int ct_set_modes(int descriptor, const void *modes) {
  sigset_t output, before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &output, &before);
  int result;
  do result = tcsetattr(descriptor, TCSADRAIN, modes);
  while (result && errno == EINTR);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return result;
}

static void restore_kept(void) {
  int descriptor = atomic_exchange(&kept, -1);
  if (descriptor < 0) return;
  // Not drained: a terminal that is gone or stopped must not hold up the end of the process.
  sigset_t output;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &output, NULL);
  ssize_t written = write(descriptor, kept_farewell, strlen(kept_farewell));
  (void)written;
  tcsetattr(descriptor, TCSANOW, &kept_modes);
}

static const int deadly[] = {SIGHUP,  SIGINT, SIGQUIT, SIGTERM, SIGILL,
                             SIGTRAP, SIGBUS, SIGFPE,  SIGSEGV, SIGABRT};

static void die(int number) {
  restore_kept();
  // The handler is gone (SA_RESETHAND); a fault happens again on return, and the others are sent
  // again.
  raise(number);
}

static void install_farewell(void) {
  atexit(restore_kept);
  for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
    struct sigaction present;
    // Who handles a signal ends the process in a way of its own, and that comes through exit.
    if (sigaction(deadly[i], NULL, &present) || present.sa_handler != SIG_DFL) continue;
    struct sigaction action = {.sa_handler = die, .sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(deadly[i], &action, NULL);
  }
}

void ct_keep_terminal(int descriptor, const void *modes, const char *farewell) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_farewell);
  memcpy(&kept_modes, modes, sizeof kept_modes);
  strncpy(kept_farewell, farewell, sizeof kept_farewell - 1);
  atomic_store(&kept, descriptor);
}

void ct_release_terminal(int descriptor) { atomic_compare_exchange_strong(&kept, &descriptor, -1); }
