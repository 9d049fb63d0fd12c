// PostgreSQL's own grammar, linked statically: Debian ships libpg_query without a pkg-config file.
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
