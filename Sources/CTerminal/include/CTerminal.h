// What Swift cannot call or may not run: libedit's variadic functions, signal handlers, hidden libc
// functions.
#ifndef CTERMINAL_H
#define CTERMINAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <wchar.h>

#include <histedit.h>

// The columns that a character takes at a terminal, -1 when it cannot be shown.
int ct_wcwidth(wchar_t character);

// Makes UTF-8 the calling thread's character encoding, whatever the process's locale is.
bool ct_use_utf8(void);

// An eventfd that neither blocks nor is inherited, -1 on failure.
int ct_eventfd(void);

// A pipe whose ends no program inherits, -1 on failure.
int ct_pipe(int ends[2]);

// tcsetattr that does not stop a process in the background. Modes are a struct termios, which Swift
// must find in one module only, libc's.
int ct_set_modes(int descriptor, const void *modes);

// Puts the modes back and writes the farewell when the process ends before ct_release_terminal.
void ct_keep_terminal(int descriptor, const void *modes, const char *farewell);
void ct_release_terminal(int descriptor);

// Adds to an eventfd: 1 on SIGWINCH, 2^32 on SIGCONT. False when too many are watched already.
bool ct_watch_window(int eventfd);
void ct_unwatch_window(int eventfd);

// A new pseudo-terminal with that window: the master's descriptor, -1 on failure; `name` gets the
// slave's path.
int ct_open_pty(char *name, size_t size, int columns, int rows);
int ct_resize_pty(int master, int columns, int rows);

// Starts a program with the slave as its controlling terminal and standard streams; its id, -1 on
// failure.
pid_t ct_spawn_on_pty(const char *slave, const char *path, char *const arguments[],
                      char *const environment[], const char *directory);

// libedit's variadic functions, one wrapper a shape.
int ct_el_int(EditLine *editor, int operation, int value);
int ct_el_string(EditLine *editor, int operation, const char *value);
int ct_el_add(EditLine *editor, const char *name, unsigned char (*function)(EditLine *, int));
int ct_el_bind(EditLine *editor, const char *keys, const char *function);
int ct_el_setty(EditLine *editor, const char *set, const char *mode);
int ct_el_reader(EditLine *editor, int (*function)(EditLine *, wchar_t *));
int ct_el_prompt(EditLine *editor, char *(*function)(EditLine *), char literal);
int ct_el_history(EditLine *editor, History *history);
int ct_el_refresh(EditLine *editor);
int ct_el_owner(EditLine *editor, void *owner);
void *ct_el_get_owner(EditLine *editor);
int ct_history_size(History *history, int size);
int ct_history_unique(History *history, int unique);
int ct_history_enter(History *history, const char *line);

#endif
