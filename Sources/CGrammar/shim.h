// What the Swift sources see of PostgreSQL's grammar: libpg_query, typed access to its parse trees, a comparison of two.
#if !__has_include("../../.build-grammar/include/pg_query.h")
#error "the grammar of PostgreSQL is not built yet: run `make grammar`"
#endif
#include "../../.build-grammar/include/pg_query.h"
#include "../../.build-grammar/include/pg_query.upb.h"

/// Whether two trees say the same, as PostgreSQL itself compares trees.
///
/// Where and in which spelling something was written does not count.
bool grammar_equal(PgQueryProtobuf left, PgQueryProtobuf right);

/// The fields of a tree's root.
static inline const upb_MiniTable *grammar_root_fields(void) { return &pg_0query__ParseResult_msg_init; }

/// The fields of the message that wraps one of any kind: a field for each kind.
static inline const upb_MiniTable *grammar_node_fields(void) { return &pg_0query__Node_msg_init; }
