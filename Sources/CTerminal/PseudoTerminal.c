#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "CTerminal.h"

int ct_resize_pty(int master, int columns, int rows) {
  struct winsize window = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(master, TIOCSWINSZ, &window);
}

int ct_open_pty(char *name, size_t size, int columns, int rows) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return -1;
  if (grantpt(master) || unlockpt(master) || ptsname_r(master, name, size) ||
      ct_resize_pty(master, columns, rows)) {
    int error = errno;
    close(master);
    errno = error;
    return -1;
  }
  return master;
}

// Between fork and exec only what is safe there: the parent has threads.
static void become(const char *slave, const char *path, char *const arguments[],
                   char *const environment[], const char *directory) {
  sigset_t none;
  sigemptyset(&none);
  for (int signal_number = 1; signal_number < 32; signal_number++)
    signal(signal_number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  int terminal = open(slave, O_RDWR);
  if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0)) _exit(126);
  for (int stream = 0; stream < 3; stream++) dup2(terminal, stream);
  if (terminal > 2) close(terminal);
  if (directory && chdir(directory)) _exit(126);
  execve(path, arguments, environment);
  _exit(127);
}

pid_t ct_spawn_on_pty(const char *slave, const char *path, char *const arguments[],
                      char *const environment[], const char *directory) {
  pid_t child = fork();
  if (child == 0) become(slave, path, arguments, environment, directory);
  return child;
}
