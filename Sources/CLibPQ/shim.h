// libpq as it is, with what Swift's importer or the Glibc module leaves out.
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>

// The PG_DIAG_* macros are character constants, which the importer skips.
static const int djogi_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int djogi_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int djogi_diag_message = PG_DIAG_MESSAGE_PRIMARY;
static const int djogi_diag_detail = PG_DIAG_MESSAGE_DETAIL;
static const int djogi_diag_hint = PG_DIAG_MESSAGE_HINT;
static const int djogi_diag_position = PG_DIAG_STATEMENT_POSITION;
static const int djogi_diag_internal_query = PG_DIAG_INTERNAL_QUERY;
static const int djogi_diag_context = PG_DIAG_CONTEXT;
static const int djogi_diag_schema = PG_DIAG_SCHEMA_NAME;
static const int djogi_diag_table = PG_DIAG_TABLE_NAME;
static const int djogi_diag_column = PG_DIAG_COLUMN_NAME;
static const int djogi_diag_datatype = PG_DIAG_DATATYPE_NAME;
static const int djogi_diag_constraint = PG_DIAG_CONSTRAINT_NAME;

// eventfd's flags are enum constants that the importer gives an unfitting type.
static inline int djogi_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
