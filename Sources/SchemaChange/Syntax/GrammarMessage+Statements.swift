internal import CPGQuery

extension PgQuery__CreateDomainStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_domain_stmt__init)
}
extension PgQuery__CreateFunctionStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_function_stmt__init)
}
extension PgQuery__WithClause: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__with_clause__init)
}
extension PgQuery__RangeFunction: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__range_function__init)
}
