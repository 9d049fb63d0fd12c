// Compares parse trees with PostgreSQL's own function, which the library holds but does not offer.
#include "pg_query.h"
#include "pg_query_internal.h"
#include "pg_query_readfuncs.h"

#include "nodes/nodes.h"

bool grammar_equal(PgQueryProtobuf left, PgQueryProtobuf right) {
  volatile bool result = false;
  MemoryContext context = pg_query_enter_memory_context();
  PG_TRY();
  {
    result = equal(pg_query_protobuf_to_nodes(left), pg_query_protobuf_to_nodes(right));
  }
  PG_CATCH();
  {
    // A tree that cannot be read equals none.
    MemoryContextSwitchTo(context);
    FlushErrorState();
  }
  PG_END_TRY();
  pg_query_exit_memory_context(context);
  return result;
}
