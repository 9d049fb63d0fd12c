// SchemaChange
