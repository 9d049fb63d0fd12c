-- expect: agreed; ALTER ATTRIBUTE TYPE in use: direct refuses
ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;
