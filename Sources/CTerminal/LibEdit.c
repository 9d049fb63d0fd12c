#include "CTerminal.h"

int ct_el_int(EditLine *editor, int operation, int value) {
  return el_set(editor, operation, value);
}

int ct_el_string(EditLine *editor, int operation, const char *value) {
  return el_set(editor, operation, value);
}

int ct_el_add(EditLine *editor, const char *name, unsigned char (*function)(EditLine *, int)) {
  return el_set(editor, EL_ADDFN, name, name, function);
}

int ct_el_bind(EditLine *editor, const char *keys, const char *function) {
  return el_set(editor, EL_BIND, keys, function, NULL);
}

int ct_el_setty(EditLine *editor, const char *set, const char *mode) {
  return el_set(editor, EL_SETTY, set, mode, NULL);
}

int ct_el_reader(EditLine *editor, int (*function)(EditLine *, wchar_t *)) {
  return el_set(editor, EL_GETCFN, function);
}

int ct_el_prompt(EditLine *editor, char *(*function)(EditLine *), char literal) {
  return el_set(editor, EL_PROMPT_ESC, function, literal);
}

int ct_el_history(EditLine *editor, History *h) { return el_set(editor, EL_HIST, history, h); }

int ct_el_refresh(EditLine *editor) { return el_set(editor, EL_REFRESH); }

int ct_el_owner(EditLine *editor, void *owner) { return el_set(editor, EL_CLIENTDATA, owner); }

void *ct_el_get_owner(EditLine *editor) {
  void *owner = NULL;
  el_get(editor, EL_CLIENTDATA, &owner);
  return owner;
}

int ct_history_size(History *h, int size) {
  HistEvent event;
  return history(h, &event, H_SETSIZE, size);
}

int ct_history_unique(History *h, int unique) {
  HistEvent event;
  return history(h, &event, H_SETUNIQUE, unique);
}

int ct_history_enter(History *h, const char *line) {
  HistEvent event;
  return history(h, &event, H_ENTER, line);
}
